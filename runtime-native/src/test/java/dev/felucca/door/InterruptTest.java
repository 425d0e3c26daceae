package dev.felucca.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Sys;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import jnr.ffi.LibraryLoader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A signal that a thread gets while it waits in a call, from a handler without SA_RESTART. */
class InterruptTest {
    private static final int SIGURG = 23;
    private static final int LOCK_EX = 2;
    private static final int GETTID = Nr.X86_64 ? 186 : 178;
    private static final int TGKILL = Nr.X86_64 ? 234 : 131;

    private static final Semaphore CAUGHT = new Semaphore(0);

    @TempDir
    private Path dir;

    /** Of glibc. */
    public interface Interrupts {
        int siginterrupt(int signal, int flag);
    }

    @BeforeAll
    static void handler() throws Exception {
        // by name, as the compiler warns of sun.misc; the JVM's own handler has SA_RESTART
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> type = Class.forName("sun.misc.SignalHandler");
        Object handler = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (p, m, a) -> {
            CAUGHT.release();
            return null;
        });
        signal.getMethod("handle", signal, type)
                .invoke(null, signal.getConstructor(String.class).newInstance("URG"), handler);
        assertEquals(0, LibraryLoader.create(Interrupts.class).load("c").siginterrupt(SIGURG, 1));
    }

    private Fd lock() {
        return Descriptors.open(dir.resolve("lock").toString(), Descriptors.O_RDWR | Descriptors.O_CREAT, 0600);
    }

    /** Lets a thread wait for the lock by the call, interrupts it, and gives what the call answered, with the lock free at the end. */
    private long interrupted(ToLongFunction<Fd> call, boolean retried) throws Exception {
        CompletableFuture<Long> thread = new CompletableFuture<>();
        CompletableFuture<Long> answer = new CompletableFuture<>();
        try (Fd held = lock();
                Fd wanted = lock()) {
            Descriptors.flock(held, LOCK_EX);
            new Thread(() -> {
                        thread.complete(Sys.raw(GETTID));
                        try {
                            answer.complete(call.applyAsLong(wanted));
                        } catch (RuntimeException e) {
                            answer.completeExceptionally(e);
                        }
                    })
                    .start();
            long tid = thread.get(20, TimeUnit.SECONDS);
            long self = ProcessHandle.current().pid();
            for (int i = 0; i < (retried ? 3 : 1); i++) {
                awaitCall(tid, Nr.FLOCK);
                Sys.check("tgkill", "thread " + tid, Sys.raw(TGKILL, self, tid, SIGURG));
                assertTrue(CAUGHT.tryAcquire(20, TimeUnit.SECONDS), "the signal did not come");
            }
            if (retried) {
                awaitCall(tid, Nr.FLOCK);
                assertFalse(answer.isDone());
                held.close();
            }
            return answer.get(20, TimeUnit.SECONDS);
        }
    }

    /** The kernel tells nobody that a thread waits in a call. */
    private static void awaitCall(long tid, int number) throws Exception {
        Path file = Path.of("/proc/self/task", Long.toString(tid), "syscall");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!Files.readString(file).startsWith(number + " ")) {
            assertTrue(System.nanoTime() < end, "the thread does not come to wait");
            Thread.onSpinWait();
        }
    }

    @Test
    void aCallThatIsInterruptedIsMadeAgain() throws Exception {
        long r = interrupted(
                fd -> {
                    Descriptors.flock(fd, LOCK_EX);
                    return 0;
                },
                true);
        assertEquals(0, r);
    }

    @Test
    void theSameSignalEndsTheBareCall() throws Exception {
        assertEquals(-Errno.EINTR, interrupted(fd -> Sys.once(Nr.FLOCK, fd.number(), LOCK_EX, 0, 0), false));
    }
}
