package dev.felucca.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Waiting for what has no event that a test can hear of, so that there is nothing but asking again: a control group, a mount or a network
 * device that goes, the end of a process that is no child, the CPU time of a process, and what an engine in another process does while
 * no command of a client tells of it. What this process's engine does has events ({@link EngineEvents}).
 */
final class Waiting {
    private Waiting() {}

    /** A question to the kernel or to the engine. */
    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /** @param what is said if it does not come to hold */
    static void until(Object what, Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + Felucca.PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + Felucca.PATIENCE + ": " + what);
            }
            Thread.sleep(10);
        }
    }

    /** User and system time of a process: fields 14 and 15 of /proc/PID/stat. */
    static long cpuTicks(int pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Integer.toString(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
}
