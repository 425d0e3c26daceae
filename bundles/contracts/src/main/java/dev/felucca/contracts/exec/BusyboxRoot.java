package dev.felucca.contracts.exec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A root filesystem with a static busybox, its applets as links, and a small user database. */
final class BusyboxRoot {
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    private static List<String> applets = List.of();

    private BusyboxRoot() {}

    static boolean isAvailable() {
        return Files.isExecutable(BUSYBOX);
    }

    static void make(Path root) {
        try {
            Files.setPosixFilePermissions(root, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
            for (String dir : List.of("bin", "etc", "tmp", "root", "home/alice", "proc", "sys", "dev", "usr", "var")) {
                Files.createDirectories(root.resolve(dir));
            }
            Files.copy(BUSYBOX, root.resolve("bin/busybox"), StandardCopyOption.COPY_ATTRIBUTES);
            for (String applet : applets()) {
                Path link = root.resolve("bin").resolve(applet);
                if (!Files.exists(link)) {
                    Files.createLink(link, root.resolve("bin/busybox"));
                }
            }
            Files.writeString(
                    root.resolve("etc/passwd"),
                    """
                    root:x:0:0:root:/root:/bin/sh
                    alice:x:1000:1000::/home/alice:/bin/sh
                    """);
            Files.writeString(root.resolve("etc/group"), "root:x:0:\nalice:x:1000:\naudio:x:29:alice\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asked once: the descriptors of a child that is being reaped would disturb the counts of the tests. */
    private static synchronized List<String> applets() throws IOException {
        if (applets.isEmpty()) {
            Process list = new ProcessBuilder(BUSYBOX.toString(), "--list").start();
            try (var out = list.getInputStream();
                    var in = list.getOutputStream();
                    var err = list.getErrorStream()) {
                applets = new String(out.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
                list.onExit().join();
            }
        }
        return applets;
    }
}
