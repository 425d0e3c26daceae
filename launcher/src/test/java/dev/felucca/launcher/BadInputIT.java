package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.launcher.TestEngine.Result;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user gets wrong: an exit code as docker's, a message that names it, and nothing left behind. */
class BadInputIT {
    // set by the one method that runs before all tests
    @SuppressWarnings("NullAway.Init")
    private static TestEngine engine;

    @BeforeAll
    static void start() throws Exception {
        engine = new TestEngine();
        engine.felucca("run", "--rm", "--network", "none", "busybox", "true").ok();
    }

    @AfterAll
    static void stop() throws Exception {
        engine.close();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertEquals(List.of(), engine.left());
    }

    private static Result run(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("run", "--rm"));
        // a second one would be one more network
        if (!List.of(arguments).contains("--network")) all.addAll(List.of("--network", "none"));
        all.addAll(List.of(arguments));
        return engine.felucca(all.toArray(String[]::new));
    }

    @Test
    void aProgramThatCannotBeExecuted() throws Exception {
        run("busybox", "nosuch").fails(127, "exec: \"nosuch\": executable file not found in $PATH");
        run("busybox", "/no/such").fails(127, "exec: \"/no/such\"", "no such file or directory");
        Path script = Files.writeString(engine.roots.resolve("script"), "#!/bin/sh\n");
        run("-v", script + ":/script", "busybox", "/script").fails(126, "exec: \"/script\"", "permission denied");
        run("busybox", "/etc").fails(126, "exec: \"/etc\"");
        run("--entrypoint", "nosuch", "busybox").fails(127, "exec: \"nosuch\"");
        // in the background too, and the container of a start that failed is away with --rm
        run("-d", "busybox", "nosuch").fails(127, "exec: \"nosuch\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--memory 1m | emory limit",
                "--memory 1x | 1x",
                "--cpus x | x",
                "--cpus 9999 | range of CPUs is from 0.01 to",
                "--cpuset-cpus 999 | Requested CPUs are not available",
                "--cpuset-cpus 1-x | 1-x",
                "--cpuset-mems 99 | Requested memory nodes are not available",
                "--cap-add NOSUCH | NOSUCH",
                "--cap-drop NOSUCH | NOSUCH",
                "--stop-signal NOSUCH | invalid signal: NOSUCH",
                "-v a:/b:ro:x | too many colons",
                "-v :/b | empty section",
                "-v /tmp:b | must be absolute",
                "-v /tmp:/b:sometimes | sometimes",
                "-v /tmp:/ | /",
                "--mount type=bind,source=/no/such,target=/b | bind source path does not exist: /no/such",
                "--mount type=nosuch,target=/b | nosuch",
                "--nonsense | --nonsense",
                "--user nosuch | nosuch",
                "--name /! | Invalid container name",
                "--network nosuch | nosuch",
                "--network container:nosuch | nosuch",
                "--runtime nosuch | nosuch",
                "--annotation felucca.storage=nosuch | nosuch",
                "--annotation felucca.namespace=nosuch | nosuch",
                "--security-opt seccomp=/no/such | /no/such",
                "--sysctl kernel.panic=1 | kernel.panic",
                "--device /dev/nosuch | /dev/nosuch",
                "--env-file /no/such | /no/such",
                "--publish 80:80/sctp | --publish",
                "--ulimit nosuch=1 | nosuch",
                "--workdir relative | relative",
            })
    void anOptionIsRefused(String options, String text) throws Exception {
        List<String> all = new ArrayList<>(List.of(options.split(" ")));
        all.addAll(List.of("busybox", "true"));
        run(all.toArray(String[]::new)).fails(125, text);
    }

    @Test
    void aNameThatIsTakenOrUnknown() throws Exception {
        engine.felucca("create", "--network", "none", "--name", "taken", "busybox", "true")
                .ok();
        run("--name", "taken", "busybox", "true")
                .fails(125, "The container name \"/taken\" is already in use by container");
        engine.felucca("kill", "taken").fails(1, "is not running");
        engine.felucca("kill", "-s", "NOSUCH", "taken").fails(1, "NOSUCH", "invalid signal: NOSUCH");
        engine.felucca("rm", "taken").ok();
        engine.felucca("rm", "taken").fails(1, "No such container: taken");
        engine.felucca("start", "taken").fails(1, "No such container: taken");
        run("nosuch", "true").fails(125, "nosuch:latest");
        run("Bad:Reference:x", "true").fails(125, "Bad:Reference:x");
        engine.felucca("rmi", "nosuch").fails(1, "No such image: nosuch");
        engine.felucca("stop").fails(1, "\"felucca stop\" requires at least 1 argument");
        engine.felucca("run").fails(1, "\"felucca run\" requires at least 1 argument");
    }

    @Test
    void archivesThatAreBroken() throws Exception {
        Path work = Files.createDirectory(engine.roots.resolve("archives"));
        List<String> before = images();
        List<Path> filesBefore = files();
        Path whole = work.resolve("whole.tar");
        engine.felucca("save", "-o", whole.toString(), "busybox").ok();

        Path truncated = work.resolve("truncated.tar");
        Files.copy(whole, truncated);
        try (var file = new RandomAccessFile(truncated.toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
        load(truncated).fails(1, "the archive is truncated");
        Files.writeString(work.resolve("text"), "this is no archive");
        load(work.resolve("text")).fails(1, "is no tar archive");
        Files.createFile(work.resolve("empty"));
        load(work.resolve("empty")).fails(1, "is empty");
        load(work.resolve("nosuch")).fails(1, "nosuch: no such file or directory");

        // one byte of the largest blob, the layer, is another
        Path layout = Files.createDirectory(work.resolve("layout"));
        shell("tar -xf whole.tar -C layout", work);
        Path layer;
        try (Stream<Path> files = Files.walk(layout)) {
            layer = files.filter(Files::isRegularFile)
                    .max(Comparator.comparingLong(f -> f.toFile().length()))
                    .orElseThrow();
        }
        engine.felucca("tag", "busybox", "kept").ok();
        engine.felucca("rmi", "-f", "busybox", "kept").ok(); // so that the blob must be taken from the archive
        try (var file = new RandomAccessFile(layer.toFile(), "rw")) {
            file.seek(file.length() / 2);
            int old = file.read();
            file.seek(file.length() / 2);
            file.write(old ^ 1);
        }
        load(layout).fails(1, "sha256:");
        load(whole).ok();

        Files.writeString(work.resolve("evil"), "evil");
        shell("tar -cPf up.tar --transform 's,^evil$,a/../../../evil-up,' evil", work);
        engine.felucca("import", work.resolve("up.tar").toString(), "up").fails(1, "leads out of the archive");
        // through a link that points out of the image: nothing is written
        Path outside = Files.createDirectory(work.resolve("outside"));
        shell(
                "ln -s " + outside + " link && mkdir sub && echo evil >sub/evil"
                        + " && tar -cf link.tar link && tar -rPf link.tar --transform 's,^sub,link,' sub/evil",
                work);
        engine.felucca("import", work.resolve("link.tar").toString(), "link").ok();
        run("link", "/link/evil").fails(125, "entry \"link/evil\" lies below \"link\"");
        engine.felucca("rmi", "link").ok();
        // above the root: no image of it is made
        shell(
                "ln -s ../outside above && tar -cf above.tar above && tar -rPf above.tar --transform 's,^sub,above,' sub/evil",
                work);
        engine.felucca("import", work.resolve("above.tar").toString(), "above")
                .fails(1, "lies below the symbolic link \"above\", which leads out of the layer");
        try (Stream<Path> written = Files.list(outside)) {
            assertEquals(0, written.count());
        }
        shell("tar -cPf absolute.tar --transform 's,^evil$," + work + "/absolute,' evil", work);
        engine.felucca("import", work.resolve("absolute.tar").toString(), "absolute")
                .fails(1, "has an absolute path");
        assertFalse(Files.exists(work.resolve("absolute")));
        assertEquals(before, images());
        assertEquals(filesBefore, files());
    }

    /** The blobs, and what an interrupted transfer would leave. */
    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(engine.data.resolve("images"))) {
            return files.sorted().toList();
        }
    }

    private static List<String> images() throws Exception {
        return engine.felucca("images", "-q", "--no-trunc")
                .ok()
                .lines()
                .sorted()
                .toList();
    }

    private static Result load(Path archive) throws Exception {
        return engine.felucca("load", "-q", "-i", archive.toString());
    }

    private static void shell(String script, Path directory) throws IOException, InterruptedException {
        Process p = new ProcessBuilder("sh", "-ec", script)
                .directory(directory.toFile())
                .inheritIO()
                .start();
        assertTrue(p.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, p.exitValue(), script);
    }

    @Test
    void aSecondEngineOnTheSameDataRoot() throws Exception {
        ProcessBuilder second = engine.command("daemon");
        second.environment()
                .put("FELUCCA_RUN_ROOT", engine.roots.resolve("other").toString());
        TestEngine.finish(second.start(), "").fails(1, "another engine, process " + engine.pid() + ",", "data root");
        run("busybox", "true").ok();
    }
}
