package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A root filesystem of Debian 12 as debootstrap makes it, kept as a tar archive in the user's cache. The archive that it comes
 * from is the one that this host's apt is set up for, so no name of a mirror stands here.
 */
final class DebianRoot {
    private static final String RELEASE = "bookworm";
    private static final String PACKAGES =
            "nginx-light,openjdk-17-jre-headless,ca-certificates,iputils-ping,libcap2-bin";

    private DebianRoot() {}

    /** The address of the archive; the test is skipped where apt has none. */
    static String mirror() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/apt-get")), "missing here: apt, for a Debian root filesystem");
        String found = run(
                        "apt-get",
                        "indextargets",
                        "--format",
                        "$(REPO_URI)",
                        "Created-By: Packages",
                        "Codename: " + RELEASE,
                        "Component: main",
                        "Origin: Debian",
                        "Label: Debian")
                .lines()
                .findFirst()
                .orElse("");
        assumeTrue(!found.isEmpty(), "missing here: a source of Debian " + RELEASE + " in apt's configuration");
        return found;
    }

    /** What {@code /etc/apt/sources.list} in a container needs to say. */
    static String sources() throws Exception {
        return "deb " + mirror() + " " + RELEASE + " main\n";
    }

    /** The host's proxies, as lines of apt's configuration; empty without one. */
    static String proxies() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (String line : run("apt-config", "dump").split("\n"))
            if (line.matches("(?i)Acquire::https?::Proxy[: ].*"))
                lines.append(line).append('\n');
        return lines.toString();
    }

    /** The root filesystem; made the first time. */
    static Path archive() throws Exception {
        String mirror = mirror();
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/debootstrap")), "missing here: the package debootstrap");
        String home = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
        Path cache = Path.of(home.isEmpty() ? "/var/cache" : home, "felucca-tests");
        Path archive = cache.resolve(RELEASE + "-" + Integer.toHexString(PACKAGES.hashCode()) + ".tar");
        if (Files.exists(archive)) return archive;
        Files.createDirectories(cache);
        Path work = Files.createTempDirectory(cache, "making");
        try {
            Path root = work.resolve("root");
            run("debootstrap", "--variant=minbase", "--include=" + PACKAGES, RELEASE, root.toString(), mirror);
            run("chroot", root.toString(), "apt-get", "clean");
            Path part = work.resolve("tar");
            run(
                    "tar",
                    "-C",
                    root.toString(),
                    "--numeric-owner",
                    "--xattrs",
                    "--xattrs-include=*",
                    "-cf",
                    part.toString(),
                    ".");
            Files.move(part, archive, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            run("rm", "-rf", "--one-file-system", work.toString());
        }
        return archive;
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("felucca-it", ".out");
        try {
            ProcessBuilder b = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            b.environment().put("LC_ALL", "C");
            Process p = b.start();
            p.getOutputStream().close();
            boolean ended = p.waitFor(10, TimeUnit.MINUTES);
            if (!ended) p.destroyForcibly();
            String text = Files.readString(output, StandardCharsets.UTF_8);
            assertEquals(0, ended ? p.exitValue() : -1, () -> String.join(" ", command) + ":\n" + text);
            return text;
        } finally {
            Files.delete(output);
        }
    }
}
