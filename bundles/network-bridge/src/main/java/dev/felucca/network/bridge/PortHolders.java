package dev.felucca.network.bridge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Who has a port, by /proc/net and the descriptors of all processes (proc(5)). */
final class PortHolders {
    private static final int LOCAL_ADDRESS = 1;
    private static final int INODE = 9;

    private PortHolders() {}

    /** In words; "another process" if it cannot be found, such as one that has just ended. */
    static String find(String protocol, int port) {
        Set<String> sockets = new HashSet<>();
        for (String table : List.of(protocol, protocol + "6")) {
            Path file = Path.of("/proc/thread-self/net", table);
            if (Files.exists(file)) {
                collect(file, port, sockets);
            }
        }
        return sockets.isEmpty() ? "another process" : process(sockets);
    }

    private static void collect(Path table, int port, Set<String> sockets) {
        try {
            for (String line : Files.readAllLines(table)) {
                String[] f = line.strip().split("\\s+", -1);
                if (f.length > INODE && f[LOCAL_ADDRESS].endsWith(String.format(":%04X", port))) {
                    sockets.add("socket:[" + f[INODE] + "]");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String process(Set<String> sockets) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path p : processes) {
                if (has(p, sockets)) {
                    return "process " + p.getFileName() + " ("
                            + Files.readString(p.resolve("comm")).strip() + ")";
                }
            }
        } catch (IOException e) {
            return "another process"; // it ended while it was looked at
        }
        return "another process";
    }

    private static boolean has(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path d : descriptors) {
                if (sockets.contains(Files.readSymbolicLink(d).toString())) {
                    return true;
                }
            }
        } catch (IOException e) {
            return false; // the process or the descriptor is gone
        }
        return false;
    }
}
