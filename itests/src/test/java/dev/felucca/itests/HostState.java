package dev.felucca.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
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

    /**
     * Devices of engines that nothing uses: ends of pairs without a bridge, and bridges without a port. Those of another engine are so for
     * moments only.
     */
    static Set<String> idleLinks() {
        return children(Path.of("/sys/class/net")).stream()
                .filter(d -> String.valueOf(d.getFileName()).matches("flc.*|br-.*|veth.{11}"))
                .filter(d -> !Files.exists(d.resolve("master"))
                        && children(d.resolve("brif")).isEmpty())
                .map(Path::toString)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Control groups of engines without a process in them or below; those of another engine are so for moments only. */
    static Set<String> idleGroups() {
        return Stream.concat(Stream.of(CGROUPS), children(CGROUPS).stream())
                .filter(h -> !Files.isSymbolicLink(h))
                .flatMap(h -> children(h).stream())
                .filter(d -> String.valueOf(d.getFileName()).startsWith("felucca"))
                .flatMap(d -> Stream.concat(Stream.of(d.toString()), directories(d, CGROUP_DEPTH).stream()))
                .filter(d -> !d.endsWith("/felucca")) // the default parent stays
                // stays if a shim was just ending when its engine stopped; the next engine removes it
                .filter(d -> !d.endsWith("/felucca-shims"))
                .filter(d -> processesIn(Path.of(d)).isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> processesIn(Path group) {
        List<String> found = new ArrayList<>();
        for (String d : Stream.concat(Stream.of(group.toString()), directories(group, CGROUP_DEPTH).stream())
                .toList()) {
            try {
                found.addAll(Files.readAllLines(Path.of(d, "cgroup.procs")));
            } catch (IOException gone) {
                found.add("gone"); // and so not left
            }
        }
        return found;
    }

    /** Tables of the packet filter that the engine with this run root makes. */
    static List<String> tablesOf(Path run) throws IOException, InterruptedException {
        String name = "felucca-" + hash(run.toString());
        Process nft = new ProcessBuilder("nft", "list", "tables")
                .redirectErrorStream(true)
                .start();
        String said = new String(nft.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (nft.waitFor() != 0) {
            throw new IOException("nft list tables: " + said);
        }
        return said.lines().filter(l -> l.endsWith(" " + name)).toList();
    }

    /** As the bridge driver tells engines on one host apart. */
    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
