package dev.felucca.contracts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The host's mount table, for tests that must leave it as it was. */
public final class HostMounts {
    private HostMounts() {}

    /**
     * The lines of proc_pid_mountinfo(5), less what other tests and engines make and remove meanwhile: pinned namespaces, and
     * what lies in a directory named {@code felucca-...}.
     *
     * @param own a directory of the caller's, kept whatever its name; may be one that nothing should be mounted on
     */
    public static List<String> of(Path own) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return lines.filter(l -> l.contains(own.toString()) || !(l.contains("/felucca-") || l.contains(" - nsfs ")))
                    .toList();
        }
    }
}
