package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.launcher.TestEngine.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Roots and a configuration with which an engine cannot work, or no longer. */
class RootsIT {
    // set before each test
    @SuppressWarnings("NullAway.Init")
    private TestEngine engine;

    @BeforeEach
    void roots() throws IOException {
        engine = new TestEngine();
    }

    private Result version(Path data, Path run) throws Exception {
        ProcessBuilder b = engine.command("version");
        b.environment().put("FELUCCA_DATA_ROOT", data.toString());
        b.environment().put("FELUCCA_RUN_ROOT", run.toString());
        return TestEngine.finish(b.start(), "");
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        if (Files.exists(engine.data.resolve("felucca.log"))) engine.shutdown();
        engine.clean();
    }

    @Test
    void aFileInPlaceOfARoot() throws Exception {
        Path file = Files.writeString(engine.roots.resolve("file"), "kept");
        Path free = engine.roots.resolve("free");
        version(free, file).fails(125, file + ": Not a directory");
        version(free, file.resolve("below")).fails(125, "Not a directory");
        version(file, free)
                .fails(125, "the directory " + file + " cannot be made", "FELUCCA_DATA_ROOT chooses another");
        version(file.resolve("below"), free).fails(125, "Not a directory", "FELUCCA_DATA_ROOT");
        assertEquals("kept", Files.readString(file));
    }

    @Test
    void aRootThatCannotBeWritten() throws Exception {
        Path disk = Files.createDirectory(engine.roots.resolve("disk"));
        host("mount", "-t", "tmpfs", "-o", "ro", "felucca-test", disk.toString());
        try {
            Path free = engine.roots.resolve("free");
            version(free, disk.resolve("run")).fails(125, disk + "/run: Read-only file system");
            version(free, disk).fails(125, disk + "/start.lock: Read-only file system");
            version(disk.resolve("data"), free).fails(125, disk + "/data: Read-only file system", "FELUCCA_DATA_ROOT");
            version(disk, free).fails(125, disk + "/felucca.lock: Read-only file system");
        } finally {
            host("umount", disk.toString());
        }
    }

    @Test
    void aLinkInPlaceOfAFileIsNotFollowed() throws Exception {
        Path precious = Files.writeString(engine.roots.resolve("precious"), "kept");
        for (String name : List.of("felucca.pid", "start.lock", "engine.out")) {
            Path run = Files.createDirectory(engine.roots.resolve("run-" + name));
            Files.createSymbolicLink(run.resolve(name), precious);
            version(engine.data, run).fails(125, run + "/" + name + ": ", "ymbolic link");
        }
        Path data = Files.createDirectory(engine.roots.resolve("linked"));
        Files.createSymbolicLink(data.resolve("felucca.lock"), precious);
        version(data, engine.roots.resolve("free")).fails(125, data + "/felucca.lock: ", "ymbolic link");
        assertEquals("kept", Files.readString(precious));
    }

    @Test
    void aConfigurationThatIsWrongAtAReloadChangesNothing() throws Exception {
        engine.felucca("version").ok();
        Path file = engine.roots.resolve("felucca.json");
        String before = Files.readString(file);
        Process log = new ProcessBuilder(
                        "tail",
                        "-n",
                        "0",
                        "-F",
                        engine.data.resolve("felucca.log").toString())
                .start();
        try (BufferedReader lines = log.inputReader()) {
            Files.writeString(file, before.replace("parent", "parnet"));
            hangup();
            String said = line(lines, " ERROR ");
            assertTrue(said.contains("The configuration stays as it was: configuration file " + file), said);
            assertTrue(said.contains("section \"cgroup.raw\": \"parnet\" is no key of this section"), said);
            engine.felucca("run", "--rm", "--network", "none", "busybox", "true")
                    .ok();
            assertEquals(List.of(), engine.left());
            Files.writeString(file, before.replace("}}", "}, \"core\": {\"storage.driver\": \"vfs\"}}"));
            hangup();
            line(lines, "defaults: storage vfs");
            engine.felucca("create", "--network", "none", "--name", "new", "busybox")
                    .ok();
            assertEquals("vfs", engine.inspect("{{.Driver}}", "new"));
            engine.felucca("rm", "new").ok();
        } finally {
            log.destroy();
            assertTrue(log.waitFor(20, TimeUnit.SECONDS));
        }
    }

    private void hangup() throws Exception {
        host("kill", "-HUP", engine.pid());
    }

    private static String line(BufferedReader from, String wanted) throws IOException {
        for (String line = from.readLine(); line != null; line = from.readLine())
            if (line.contains(wanted)) return line;
        throw new AssertionError("the log ended without \"" + wanted + "\"");
    }

    private static void host(String... command) throws IOException, InterruptedException {
        Process p = new ProcessBuilder(command).inheritIO().start();
        assertTrue(p.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, p.exitValue(), String.join(" ", command));
    }
}
