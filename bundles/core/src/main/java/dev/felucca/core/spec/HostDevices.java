package dev.felucca.core.spec;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.LinuxDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Device nodes of the host, as lstat(2) sees them. */
final class HostDevices {
    private static final int S_IFMT = 0170000;
    private static final int S_IFCHR = 0020000;
    private static final int S_IFBLK = 0060000;

    /** What belongs to a mount of the host's own, or is made for each container. */
    private static final Set<String> NOT_FOR_CONTAINERS =
            Set.of("pts", "shm", "fd", "mqueue", "console", "ptmx", ".lxc", ".lxd-mounts", ".udev");

    private HostDevices() {}

    /**
     * @param type {@code c} or {@code b}
     * @param mode permission bits
     */
    record Node(Path path, String type, long major, long minor, int mode, long uid, long gid) {
        LinuxDevice at(String pathInContainer) {
            return new LinuxDevice(pathInContainer, type, major, minor, mode, uid, gid);
        }
    }

    /** The node at that path, links followed; empty if it is something else. */
    static Optional<Node> at(Path path) throws IOException {
        return node(path, Files.readAttributes(path, "unix:mode,rdev,uid,gid"));
    }

    /** All nodes in a directory and below, in the order of their paths; a node that vanishes meanwhile is left out. */
    static List<Node> all(Path directory) {
        List<Node> nodes = new ArrayList<>();
        try {
            walk(directory, nodes);
        } catch (IOException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID,
                    "error gathering device information of \"" + directory + "\": " + e.getMessage(),
                    e);
        }
        return nodes;
    }

    private static void walk(Path directory, List<Node> nodes) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (var stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        entries.sort(null);
        for (Path entry : entries) {
            if (NOT_FOR_CONTAINERS.contains(String.valueOf(entry.getFileName()))) {
                continue;
            }
            try {
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    walk(entry, nodes);
                } else {
                    node(entry, Files.readAttributes(entry, "unix:mode,rdev,uid,gid", LinkOption.NOFOLLOW_LINKS))
                            .ifPresent(nodes::add);
                }
            } catch (NoSuchFileException vanished) {
                // Unplugged between the listing and now: it is not there, which is what the caller is told.
            }
        }
    }

    private static Optional<Node> node(Path path, Map<String, Object> facts) {
        int mode = number(facts, "mode").intValue();
        String type =
                switch (mode & S_IFMT) {
                    case S_IFCHR -> "c";
                    case S_IFBLK -> "b";
                    default -> "";
                };
        if (type.isEmpty()) {
            return Optional.empty();
        }
        long rdev = number(facts, "rdev").longValue();
        return Optional.of(new Node(
                path,
                type,
                major(rdev),
                minor(rdev),
                mode & 07777,
                number(facts, "uid").longValue(),
                number(facts, "gid").longValue()));
    }

    private static Number number(Map<String, Object> facts, String name) {
        if (facts.get(name) instanceof Number number) {
            return number;
        }
        throw EngineException.internal("the file attribute unix:" + name + " is not available", null);
    }

    /** gnu_dev_major of glibc's sys/sysmacros.h. */
    static long major(long rdev) {
        return ((rdev >>> 8) & 0xfff) | ((rdev >>> 32) & ~0xfffL);
    }

    static long minor(long rdev) {
        return (rdev & 0xff) | ((rdev >>> 12) & 0xffffff00L);
    }
}
