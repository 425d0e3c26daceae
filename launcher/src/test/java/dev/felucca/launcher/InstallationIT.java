package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An engine and the files that it was started from: a build, or its `clean`, takes nothing away from an engine that runs. */
class InstallationIT {
    private static final String BUNDLES = "cnf/target/export/felucca";
    private static final String JAR = "launcher/target/felucca-launcher.jar";

    @Test
    void aRunningEngineNeedsNoneOfItsFiles() throws Exception {
        try (TestEngine engine = new TestEngine()) {
            Path home = engine.roots.resolve("home");
            copy(home);
            ProcessBuilder first = engine.command("version");
            first.command(home.resolve("launcher/target/felucca").toString(), "version");
            TestEngine.finish(first.start(), "").ok();
            String pid = engine.pid();
            // the next build: other bytes for all that it runs from
            Path built = engine.roots.resolve("built");
            Files.createDirectory(built);
            for (Path jar : jars(home.resolve(BUNDLES)))
                Files.writeString(built.resolve(String.valueOf(jar.getFileName())), "no jar");
            Object before = inode(home.resolve(JAR));
            run("../cnf/publish", built.toString(), home.resolve(BUNDLES).toString());
            run(
                    "../cnf/publish",
                    jars(built).get(0).toString(),
                    home.resolve(JAR).toString());
            assertEquals("no jar", Files.readString(home.resolve(JAR)));
            assertNotEquals(before, inode(home.resolve(JAR)));
            serves(engine, "built");
            run("rm", "-r", home.toString());
            serves(engine, "cleaned");
            run("kill", "-HUP", pid);
            engine.felucca("no-such-command").fails(1, "no-such-command");
            assertEquals(pid, engine.pid());
            engine.shutdown();
        }
    }

    /** Runs what loads classes that nobody has needed yet. */
    private static void serves(TestEngine engine, String name) throws Exception {
        for (String runtime : List.of("inprocess", "native"))
            engine.felucca("run", "--rm", "--runtime", runtime, "--network", "none", "busybox", "true")
                    .ok();
        engine.felucca("run", "-d", "--name", name, "busybox", "sleep", "1000").ok();
        engine.felucca("exec", name, "true").ok();
        for (String view : List.of("explain", "trace", "inspect", "top", "rm -f"))
            engine.felucca((view + " " + name).split(" ")).ok();
        engine.felucca("drivers").ok();
    }

    private static void copy(Path home) throws Exception {
        Files.createDirectories(home.resolve(BUNDLES).getParent());
        Files.createDirectories(home.resolve("launcher/target"));
        run("cp", "-r", "../" + BUNDLES, home.resolve(BUNDLES).toString());
        run("cp", "compiler.json", home.resolve("launcher").toString());
        run(
                "cp",
                "-r",
                "target/lib",
                "target/felucca",
                "../" + JAR,
                home.resolve("launcher/target").toString());
    }

    private static Object inode(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }

    private static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static void run(String... command) throws Exception {
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor(), String.join(" ", command));
    }
}
