package dev.felucca.contracts.exec;

import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
        return mounts().map(m -> m.root).distinct().toList();
    }

    /** A hierarchy that is mounted here: where, and as {@code /proc/PID/cgroup} names it (v2 has the empty name). */
    private record Hierarchy(Path root, Set<String> names) {}

    private static Stream<Hierarchy> mounts() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(l -> l.contains(" - cgroup"))
                .map(l -> new Hierarchy(Path.of(l.split(" ")[4]), names(l.substring(l.indexOf(" - ") + 3))))
                .filter(h -> h.root.startsWith("/sys/fs/cgroup"));
    }

    private static Set<String> names(String typeSourceOptions) {
        return typeSourceOptions.startsWith("cgroup2 ")
                ? Set.of("")
                : Set.of(typeSourceOptions.split(" ")[2].split(","));
    }

    /** Descriptors of their {@code cgroup.procs}. */
    List<Integer> procs() {
        return procs.stream().map(Fd::number).toList();
    }

    /** The paths in which a process is, one for each hierarchy that is mounted here; the kernel may have more. */
    static List<String> of(int pid) throws IOException {
        Set<String> mounted = mounts().flatMap(h -> h.names.stream()).collect(Collectors.toSet());
        return Files.readAllLines(Path.of("/proc/" + pid + "/cgroup")).stream()
                .map(l -> l.split(":", 3))
                .filter(l -> mounted.containsAll(List.of(l[1].split(","))))
                .map(l -> l[2])
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
