package dev.felucca.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Waiting for what the kernel tells nobody. */
final class Waiting {
    private Waiting() {}

    /** A question to the kernel or to the engine. */
    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    static void until(String what, Condition condition) throws IOException, InterruptedException {
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
