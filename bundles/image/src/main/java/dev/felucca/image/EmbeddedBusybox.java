package dev.felucca.image;

import dev.felucca.api.EngineException;
import dev.felucca.api.image.ImageConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The image {@code busybox} that a new store starts with, made from the host's static busybox, so that a first container
 * needs no network. The same busybox gives the same image id: all times are fixed.
 */
final class EmbeddedBusybox {
    /** Where Debian's busybox-static is. */
    static final Path HOST = Path.of("/bin/busybox");

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBusybox.class);
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final Map<String, String> FILES = Map.of(
            "etc/passwd",
            """
            root:x:0:0:root:/root:/bin/sh
            daemon:x:1:1:daemon:/usr/sbin:/bin/false
            www-data:x:33:33:www-data:/var/www:/bin/false
            nobody:x:65534:65534:nobody:/home:/bin/false
            """,
            "etc/group",
            """
            root:x:0:
            daemon:x:1:
            www-data:x:33:
            users:x:100:
            nogroup:x:65534:
            """,
            // mounted over; a place for them here spares each container's layer three files
            "etc/hostname",
            "",
            "etc/hosts",
            "",
            "etc/resolv.conf",
            "",
            "etc/nsswitch.conf",
            """
            passwd: files
            group: files
            hosts: files dns
            """);

    private EmbeddedBusybox() {}

    /** The image; empty, with a line in the log that says what to install, if this host has no fitting busybox. */
    static Optional<Incoming> make(Path busybox, Staging staging) throws IOException {
        if (!Files.isExecutable(busybox) || !Elf.isStatic(busybox)) {
            LOG.warn(
                    "no image busybox is made: {} is {}; install the package busybox-static and start the engine again",
                    busybox,
                    Files.exists(busybox) ? "not a static program" : "not there");
            return Optional.empty();
        }
        byte[] tar = rootfs(Files.readAllBytes(busybox), applets(busybox));
        Staged layer = staging.stage(new ByteArrayInputStream(tar), "busybox", tar.length);
        ImageConfig config = Changes.apply(
                List.of("ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "CMD [\"sh\"]"));
        List<Reference> names = List.of(Reference.parse("busybox:latest"));
        return Optional.of(Importer.image(layer, config, "Made from the host's busybox", TIME, names, staging));
    }

    private static Set<String> applets(Path busybox) throws IOException {
        Process p = new ProcessBuilder(busybox.toString(), "--list")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        p.getOutputStream().close();
        String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status;
        try {
            status = p.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw EngineException.unavailable("interrupted while asking " + busybox + " for its applets");
        }
        Set<String> names =
                new TreeSet<>(out.lines().filter(l -> l.matches("[^/\\s]+")).toList());
        names.remove("busybox");
        if (status != 0 || !names.contains("sh")) {
            throw EngineException.unsupported(busybox + " --list failed with status " + status + " or names no sh");
        }
        return names;
    }

    private static byte[] rootfs(byte[] busybox, Set<String> applets) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(busybox.length + (1 << 19));
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name())) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            directory(tar, "bin/", 0755);
            file(tar, "bin/busybox", busybox, 0755);
            for (String applet : applets) {
                link(tar, "bin/" + applet, TarConstants.LF_LINK, "bin/busybox");
            }
            for (String d :
                    List.of("dev/", "etc/", "home/", "proc/", "sys/", "usr/", "usr/bin/", "usr/sbin/", "var/")) {
                directory(tar, d, 0755);
            }
            for (String f : new TreeSet<>(FILES.keySet())) {
                file(tar, f, FILES.getOrDefault(f, "").getBytes(StandardCharsets.UTF_8), 0644);
            }
            link(tar, "sbin", TarConstants.LF_SYMLINK, "bin");
            link(tar, "usr/bin/env", TarConstants.LF_SYMLINK, "../../bin/env");
            directory(tar, "root/", 0700);
            directory(tar, "tmp/", 01777);
            directory(tar, "var/spool/", 0755);
            directory(tar, "var/tmp/", 01777);
            directory(tar, "var/www/", 0755);
        }
        return out.toByteArray();
    }

    private static void directory(TarArchiveOutputStream tar, String name, int mode) throws IOException {
        put(tar, new TarArchiveEntry(name), mode, new byte[0]);
    }

    private static void file(TarArchiveOutputStream tar, String name, byte[] content, int mode) throws IOException {
        put(tar, new TarArchiveEntry(name), mode, content);
    }

    private static void link(TarArchiveOutputStream tar, String name, byte type, String target) throws IOException {
        TarArchiveEntry e = new TarArchiveEntry(name, type);
        e.setLinkName(target);
        put(tar, e, 0777, new byte[0]);
    }

    private static void put(TarArchiveOutputStream tar, TarArchiveEntry e, int mode, byte[] content)
            throws IOException {
        e.setModTime(TIME.toEpochMilli());
        e.setMode(mode);
        e.setIds(0, 0);
        e.setNames("root", "root");
        e.setSize(content.length);
        tar.putArchiveEntry(e);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}
