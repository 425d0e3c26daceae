package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An engine whose data root is a small filesystem of its own. */
class FullDiskIT {
    private static final String FULL = "o space left on device";

    @Test
    void aFullDiskIsNamedAndLeavesEverythingAsItWas() throws Exception {
        TestEngine engine = new TestEngine();
        Path disk = engine.roots.resolve("disk");
        try (var file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(96 << 20);
        }
        host("mkfs.ext4", "-q", "-m", "0", disk.toString());
        Files.createDirectory(engine.data);
        host("mount", "-o", "loop", disk.toString(), engine.data.toString());
        try {
            whileItIsFull(engine);
        } finally {
            engine.shutdown();
            host("umount", engine.data.toString());
        }
        engine.clean();
    }

    private static void whileItIsFull(TestEngine engine) throws Exception {
        engine.felucca("run", "--rm", "--network", "none", "busybox", "true").ok();
        List<String> before = kept(engine);

        // while unpacking
        Path big = engine.roots.resolve("big");
        byte[] noise = new byte[1 << 20];
        new Random(1).nextBytes(noise);
        try (OutputStream out = Files.newOutputStream(big)) {
            for (int i = 0; i < 120; i++) out.write(noise);
        }
        Path tar = engine.roots.resolve("big.tar");
        host("tar", "-C", engine.roots.toString(), "-cf", tar.toString(), "big");
        engine.felucca("import", tar.toString(), "big").fails(1, FULL);
        assertEquals(before, kept(engine));
        assertEquals(
                "busybox\n",
                engine.felucca("images", "--format", "{{.Repository}}").ok());
        engine.felucca("run", "--rm", "--network", "none", "busybox", "true").ok();

        // while writing state
        engine.felucca("create", "--network", "none", "--name", "old", "busybox", "true")
                .ok();
        Path ballast = engine.data.resolve("ballast");
        fill(ballast, noise);
        engine.felucca("create", "--network", "none", "--name", "new", "busybox", "true")
                .fails(125, FULL);
        engine.felucca("run", "--rm", "--network", "none", "busybox", "true").fails(125, FULL);
        // nothing is lost, and room is enough to go on
        assertEquals(
                "old\n", engine.felucca("ps", "-a", "--format", "{{.Names}}").ok());
        Files.delete(ballast);
        engine.felucca("start", "-a", "old").ok();
        engine.felucca("create", "--network", "none", "--name", "new", "busybox", "true")
                .ok();
        fill(ballast, noise);
        engine.felucca("rm", "new").ok(); // what makes room needs none
        Files.delete(ballast);
        engine.shutdown();
        assertEquals(
                "old\n", engine.felucca("ps", "-a", "--format", "{{.Names}}").ok());
        assertEquals("exited 0", engine.inspect("{{.State.Status}} {{.State.ExitCode}}", "old"));
        engine.felucca("rm", "old").ok();
        assertEquals(before, kept(engine));
        assertEquals(
                List.of(),
                engine.left().stream().filter(m -> !m.contains("loop")).toList());
    }

    /** Writes until no block and no inode is free. */
    private static void fill(Path ballast, byte[] noise) throws IOException {
        try (var out = Files.newByteChannel(ballast, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int size = noise.length; size > 0; )
                try {
                    out.write(ByteBuffer.wrap(noise, 0, size));
                } catch (IOException full) {
                    assertTrue(String.valueOf(full.getMessage()).contains(FULL), full.toString());
                    size /= 2;
                }
        }
    }

    /** The files of images, containers and layers. */
    private static List<String> kept(TestEngine engine) throws IOException {
        try (Stream<Path> files = Files.walk(engine.data)) {
            return files.map(f -> engine.data.relativize(f).toString())
                    .filter(f -> f.matches("(images|containers|storage|volumes)/.*"))
                    .sorted()
                    .toList();
        }
    }

    private static void host(String... command) throws IOException, InterruptedException {
        Process p = new ProcessBuilder(command).inheritIO().start();
        assertTrue(p.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, p.exitValue(), String.join(" ", command));
    }
}
