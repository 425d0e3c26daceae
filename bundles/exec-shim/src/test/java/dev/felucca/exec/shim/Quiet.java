package dev.felucca.exec.shim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Shims that have done their work end, are reaped and are replaced by themselves: a test begins when all of that is over, so that what
 * it counts at its beginning is what is there at rest.
 */
final class Quiet implements BeforeEachCallback {
    private static final int CHILDREN = 8;
    private static final Duration LONG = Duration.ofMillis(50);

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        long limit = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        long since = System.nanoTime();
        long before = -1;
        TestBackend.create().probe();
        while (System.nanoTime() - since < LONG.toNanos() && System.nanoTime() < limit) {
            long now = ProcessHandle.current().children().count() == CHILDREN ? descriptors() : -1;
            if (now < 0 || now != before) {
                since = System.nanoTime();
            }
            before = now;
            Thread.onSpinWait();
        }
    }

    private static long descriptors() throws IOException {
        try (var fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.count();
        }
    }
}
