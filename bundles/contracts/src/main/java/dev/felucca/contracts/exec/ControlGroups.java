package dev.felucca.contracts.exec;

import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A group of a test's own in every hierarchy that the host has below /sys/fs/cgroup; removed by {@link #close}. */
final class ControlGroups implements AutoCloseable {
    final String name = "felucca-birth-" + UUID.randomUUID();
    private final List<Path> groups = new ArrayList<>();
    private final List<Fd> procs = new ArrayList<>();

    ControlGroups() throws IOException {
        for (Path hierarchy : hierarchies()) {
            Path group = Files.createDirectory(hierarchy.resolve(name));
            groups.add(group);
            // A v1 cpuset takes no process before it has CPUs and memory.
            for (String file : List.of("cpuset.cpus", "cpuset.mems")) {
                if (Files.exists(hierarchy.resolve(file)) && Files.exists(hierarchy.resolve("tasks"))) {
                    Files.writeString(group.resolve(file), Files.readString(hierarchy.resolve(file)));
                }
            }
            procs.add(Descriptors.open(group.resolve("cgroup.procs").toString(), Descriptors.O_WRONLY));
        }
    }

    private static List<Path> hierarchies() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return lines.filter(l -> l.contains(" - cgroup"))
                    .map(l -> Path.of(l.split(" ")[4]))
                    .filter(p -> p.startsWith("/sys/fs/cgroup"))
                    .distinct()
                    .toList();
        }
    }

    /** Descriptors of their {@code cgroup.procs}. */
    List<Integer> procs() {
        return procs.stream().map(Fd::number).toList();
    }

    /** The paths in which a process is, one a hierarchy. */
    static List<String> of(int pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/cgroup")).stream()
                .map(l -> l.substring(l.indexOf(':', l.indexOf(':') + 1) + 1))
                .toList();
    }

    @Override
    public void close() throws IOException {
        procs.forEach(Fd::close);
        for (Path group : groups) {
            remove(group);
        }
    }

    /** The kernel lets go of dead processes a little after they were reaped. */
    static void remove(Path group) throws IOException {
        long limit = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (true) {
            try {
                Files.delete(group);
                return;
            } catch (IOException e) {
                if (System.nanoTime() > limit) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }
}
