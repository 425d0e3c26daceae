package dev.felucca.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an engine may leave on a host by mistake: mounts below its directories, control groups of its containers, processes.
 * Other engines may run on the same host, so only what can be told to be ours is looked at.
 */
final class HostState {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final int CGROUP_DEPTH = 6;

    private HostState() {}

    /** Mount points below a directory, and mounts made of files below it. */
    static List<String> mountsOf(Path directory) {
        String path = directory.toString();
        return lines(Path.of("/proc/self/mountinfo"))
                .filter(l -> l.contains(path + "/") || l.contains(path + " "))
                .toList();
    }

    /** Mounts that name a container. */
    static List<String> mountsNaming(String id) {
        return lines(Path.of("/proc/self/mountinfo"))
                .filter(l -> l.contains(id))
                .toList();
    }

    /** Control groups whose path names the container, in every hierarchy. */
    static List<String> groupsNaming(String id) {
        List<Path> hierarchies = Stream.concat(
                        Stream.of(CGROUPS), children(CGROUPS).stream().filter(d -> !Files.isSymbolicLink(d)))
                .toList();
        return hierarchies.stream()
                .flatMap(h -> directories(h, CGROUP_DEPTH).stream())
                .filter(d -> d.contains(id))
                .distinct()
                .toList();
    }

    /** Living processes that descend from this one, but for the virtual machine's own helpers. */
    static Set<String> processes() {
        return ProcessHandle.current()
                .descendants()
                .filter(ProcessHandle::isAlive)
                .map(p -> p.pid() + " " + p.info().commandLine().orElse("?"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Files and directories below one whose name has the text in it. */
    static List<Path> filesNaming(Path below, String text) {
        if (!Files.isDirectory(below)) {
            return List.of();
        }
        try (Stream<Path> found =
                Files.find(below, 4, (p, a) -> String.valueOf(p.getFileName()).contains(text))) {
            return found.toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of(); // something vanished while we looked: the caller looks again
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> children(Path directory) {
        try (Stream<Path> list = Files.list(directory)) {
            return list.filter(Files::isDirectory).toList();
        } catch (IOException e) {
            return List.of(); // a group that was removed meanwhile
        }
    }

    private static List<String> directories(Path directory, int depth) {
        if (depth == 0) {
            return List.of();
        }
        return children(directory).stream()
                .filter(d -> !Files.isSymbolicLink(d))
                .flatMap(d -> Stream.concat(Stream.of(d.toString()), directories(d, depth - 1).stream()))
                .toList();
    }

    /** The bridges of engines' default networks; each engine of a test has a name of its own for it. */
    static Set<String> bridges() {
        return children(Path.of("/sys/class/net")).stream()
                .map(Path::toString)
                .filter(d -> d.startsWith("/sys/class/net/flc"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
