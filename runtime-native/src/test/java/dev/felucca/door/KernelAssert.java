package dev.felucca.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.KernelException;
import org.junit.jupiter.api.function.Executable;

/** What every failed system call must say. */
final class KernelAssert {
    private KernelAssert() {}

    static KernelException fails(int errno, String call, String path, Executable what) {
        KernelException e = assertThrows(KernelException.class, what);
        assertEquals(errno, e.errno(), e.message());
        assertTrue(e.call().startsWith(call), e.call());
        assertEquals(path, e.path());
        assertTrue(e.message().contains(path) && e.message().contains(Errno.symbol(errno) + ": "), e.message());
        return e;
    }
}
