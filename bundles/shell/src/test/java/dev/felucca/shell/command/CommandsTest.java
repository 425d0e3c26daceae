package dev.felucca.shell.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.exec.StreamKind;
import dev.felucca.api.trace.TraceNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What users see of the commands that change and show containers. */
class CommandsTest {
    private final FakeEngine engine = new FakeEngine();
    private final FakeStreams streams = new FakeStreams();

    @BeforeEach
    void twoContainers() {
        engine.streams = streams;
        engine.execs = new FakeExecs();
        FakeTerminal t = new FakeTerminal();
        engine.run(t, "create", "-l", "a=b", "-e", "X=1", "-v", "./d:/d:ro", "-m", "1m", "busybox");
        assertNotNull(engine.lifecycle.config);
        assertNotNull(engine.lifecycle.host);
        var config = engine.lifecycle.config;
        var host = engine.lifecycle.host;
        engine.containers.add(FakeEngine.container("web", ContainerStatus.RUNNING, config, host));
        engine.containers.add(FakeEngine.container("job", ContainerStatus.EXITED, config, host));
        engine.lifecycle.calls.clear();
    }

    private FakeTerminal run(int code, String... words) {
        FakeTerminal t = new FakeTerminal();
        assertEquals(code, engine.run(t, words), String.join(" ", words) + ": " + t.errText());
        return t;
    }

    private String out(String... words) {
        return run(0, words).outText();
    }

    @Test
    void ps() {
        String web = engine.containers.get(0).shortId();
        String table = out("ps");
        assertTrue(
                table.matches(
                        "CONTAINER ID   IMAGE     COMMAND                  CREATED         STATUS         PORTS     NAMES\n"
                                + web + "   busybox   \"/bin/sh -c 'while t…\"   \\d+ \\w+ ago +Up \\d+ \\w+ +web\n"),
                table);
        assertEquals(2, out("ps").lines().count());
        assertEquals(3, out("ps", "-a").lines().count());
        assertEquals(web + "\n", out("ps", "-q"));
        assertEquals(engine.containers.get(0).id() + "\n", out("ps", "-q", "--no-trunc"));
        assertEquals("web\n", out("ps", "-l", "--format", "{{.Names}}"));
        assertEquals("web\njob\n", out("ps", "-n", "2", "--format", "{{.Names}}"));
        assertEquals("job exited\n", out("ps", "--filter", "status=exited", "--format", "{{.Names}} {{.State}}"));
        assertEquals("job\n", out("ps", "-a", "-f", "name=^j", "-f", "label=a=b", "--format", "{{.Names}}"));
        assertEquals("", out("ps", "-a", "-f", "label=a=c", "--format", "{{.Names}}"));
        assertEquals("NAMES     LABELS\nweb       a=b\n", out("ps", "--format", "table {{.Names}}\\t{{.Labels}}"));
        assertTrue(out("ps", "--format", "json").startsWith("{\"ID\":\"" + web + "\",\"Image\":\"busybox\""));
        assertTrue(run(1, "ps", "-f", "color=red").errText().contains("no filter \"color\""));
        assertTrue(run(1, "ps", "--format", "{{.Color}}").errText().contains("no field \"Color\""));
        assertTrue(run(125, "ps", "-s").errText().contains("not supported: --size"));
    }

    @Test
    void inspect() {
        String json = out("inspect", "web");
        assertTrue(
                json.startsWith("[\n    {\n        \"Id\": \""
                        + engine.containers.get(0).id() + "\",\n"),
                json);
        for (String line : List.of(
                "        \"Name\": \"/web\",",
                "            \"Status\": \"running\",",
                "            \"Pid\": 4711,",
                "            \"FinishedAt\": \"0001-01-01T00:00:00Z\"",
                "            \"Memory\": 1048576,",
                "                \"/work dir/d:/d:ro\"",
                "                \"X=1\"",
                "                \"a\": \"b\"")) assertTrue(json.contains(line), line + "\n" + json);
        assertEquals(
                "running 4711\nexited 0\n", out("inspect", "-f", "{{.State.Status}} {{.State.Pid}}", "web", "job"));
        assertEquals("/d\n", out("inspect", "-f", "{{(index .Mounts 0).Destination}}", "web"));
        engine.images = new FakeImages();
        FakeTerminal missing = run(1, "inspect", "web", "nope");
        assertTrue(missing.errText().contains("felucca: No such object: nope"), missing.errText());
        assertTrue(missing.outText().contains("/web"));
        assertTrue(out("inspect", "busybox").contains("\"RepoTags\": [\n            \"busybox:latest\"\n        ]"));
        assertTrue(run(1, "inspect", "--type", "volume", "x").errText().contains("not supported: --type volume"));
    }

    @Test
    void everyOperandIsTriedAndFailuresAreReported() {
        assertEquals("a\nb\n", out("stop", "-t", "3", "a", "b"));
        assertEquals("a\n", out("restart", "a"));
        assertEquals("a\n", out("kill", "-s", "HUP", "a"));
        assertEquals("a\n", out("kill", "a"));
        assertEquals("a\n", out("pause", "a"));
        assertEquals("a\n", out("unpause", "a"));
        assertEquals("a\n", out("rm", "-fv", "a"));
        assertEquals("a\n", out("start", "a"));
        assertEquals(
                List.of(
                        "stop a 3",
                        "stop b 3",
                        "restart a null",
                        "kill a 1",
                        "kill a 9",
                        "pause a",
                        "unpause a",
                        "remove a true true",
                        "start a"),
                engine.lifecycle.calls);
        engine.lifecycle.failure = EngineException.conflict("is paused");
        FakeTerminal t = run(1, "rm", "a", "b");
        assertEquals("felucca: is paused\nfelucca: is paused\n", t.errText());
        engine.lifecycle.failure = new EngineException(EngineException.Kind.NOT_MODIFIED, "is running");
        assertEquals("a\n", out("start", "a"));
        engine.lifecycle.exit.complete(FakeLifecycle.exited(7));
        assertEquals("7\n", out("wait", "a"));
        assertTrue(run(1, "kill", "-s", "NOPE").errText().contains("requires at least 1"));
        assertTrue(run(1, "kill", "-s", "NOPE", "a")
                .errText()
                .contains("invalid argument \"NOPE\" for \"-s, --signal\" flag"));
        assertTrue(run(125, "stop", "--signal", "HUP", "a").errText().contains("not supported: --signal"));
    }

    @Test
    void aWrongValueIsWrongUsageUnlessOnlyDockersEngineWouldSeeIt() {
        assertTrue(run(125, "stop", "-t", "x", "web")
                .errText()
                .startsWith("felucca: invalid argument \"x\" for \"-t, --time, --timeout\" flag: "));
        for (String usage : List.of(
                "restart -t 1.5 web",
                "ps -n x",
                "ps -f color",
                "update --memory x web",
                "update --cpus x web",
                "network connect --ip 10.0.0.x net web",
                "run --memory x busybox",
                "create --pids-limit x busybox")) run(125, usage.split(" "));
        for (String usage :
                List.of("kill -s x web", "logs --since x web", "events --until x", "update --restart x web"))
            run(1, usage.split(" "));
        assertEquals(List.of(), engine.lifecycle.calls);
    }

    @Test
    void nothingWritesOnTheTerminalWhatItLikes() {
        assertNotNull(engine.lifecycle.host);
        var host = engine.lifecycle.host;
        engine.run(new FakeTerminal(), "create", "-l", "a=\033]0;x\007\ny", "busybox", "\033[31m\u009b");
        assertNotNull(engine.lifecycle.config);
        engine.containers.clear();
        engine.containers.add(FakeEngine.container("evil", ContainerStatus.RUNNING, engine.lifecycle.config, host));
        for (String words : List.of(
                "ps --format {{.Labels}}",
                "ps --format json",
                "inspect evil",
                "inspect -f {{.Config.Labels}}{{.Config.Cmd}} evil",
                "inspect -f {{json.Config}} evil",
                "stop \033[31m")) {
            FakeTerminal t = new FakeTerminal();
            t.tty = true;
            engine.lifecycle.failure = words.startsWith("stop") ? EngineException.notFound("none \033[31m") : null;
            engine.run(t, words.replace("json.", "json .").split(" (?!\\.)"));
            String shown = t.outText() + t.errText();
            assertTrue(shown.contains("[31m") || shown.contains("]0;x"), words + shown);
            assertTrue(shown.chars().noneMatch(c -> c != '\n' && Character.isISOControl(c)), words + ": " + shown);
        }
        // a program that reads gets values as they are
        assertEquals("\033]0;x\007\ny\n", out("inspect", "-f", "{{index .Config.Labels \"a\"}}", "evil"));
    }

    @Test
    void pruneAsksFirst() {
        FakeTerminal no = new FakeTerminal().input("n\n");
        assertEquals(0, engine.run(no, "prune"));
        assertEquals(List.of(), engine.lifecycle.calls);
        FakeTerminal yes = new FakeTerminal().input("y\n");
        assertEquals(0, engine.run(yes, "container", "prune"));
        assertTrue(
                yes.outText().endsWith("Deleted Containers:\na\nb\n\nTotal reclaimed space: 2.5MB\n"), yes.outText());
    }

    @Test
    void logs() {
        Instant at = Instant.parse("2026-01-02T03:04:05.000000006Z");
        streams.script = sink -> {
            sink.entry(at, StreamKind.STDOUT, "one ".getBytes(StandardCharsets.UTF_8));
            sink.entry(at, StreamKind.STDOUT, "line\n".getBytes(StandardCharsets.UTF_8));
            sink.entry(at, StreamKind.STDERR, "oops\n".getBytes(StandardCharsets.UTF_8));
            sink.end(null);
        };
        FakeTerminal t = run(0, "logs", "-t", "--tail", "5", "-f", "--since", "1700000000", "web");
        assertEquals("2026-01-02T03:04:05.000000006Z one line\n", t.outText());
        assertEquals("2026-01-02T03:04:05.000000006Z oops\n", t.errText());
        assertNotNull(streams.asked);
        assertEquals(5, streams.asked.tail());
        assertEquals(Instant.ofEpochSecond(1700000000), streams.asked.since());
        assertTrue(streams.asked.follow());
        streams.script = sink -> sink.end(EngineException.notFound("the log is gone"));
        assertTrue(run(1, "logs", "web").errText().contains("the log is gone"));
        assertTrue(run(1, "logs", "--tail", "x", "web")
                .errText()
                .contains("invalid argument \"x\" for \"-n, --tail\" flag"));
    }

    @Test
    void traceIsATree() {
        engine.traces.add(new TraceNode(
                "start",
                0,
                12_300_000,
                List.of(
                        new TraceNode(
                                "storage", 1000, 2_000_000, List.of(new TraceNode("mount", 2000, 900_000, List.of()))),
                        new TraceNode("init", 3_000_000, 9_000_000, List.of()))));
        assertEquals(
                "start  12.3ms\n├─ storage  2.0ms  at +1µs\n│  └─ mount  900µs  at +2µs\n└─ init  9.0ms  at +3.0ms\n",
                out("trace", "web"));
        assertEquals("clone the process\nmount web\n", out("explain", "web"));
        assertTrue(out("trace", "web", "web").contains("start  12.3ms"));
    }

    @Test
    void helpAndCompletion() {
        String help = out("help");
        for (String name : List.of("run", "ps", "images", "drivers", "explain"))
            assertTrue(help.contains("  " + name + " "), help);
        assertTrue(out("help", "run").contains("--memory-swap"));
        assertTrue(out("ps", "--help").startsWith("Usage:  felucca ps"));
        assertEquals("pause\nport\nprune\nps\npull\npush\n", out("complete", "p"));
        assertEquals("web\n", out("complete", "stop", "w"));
        assertTrue(out("complete", "--", "run", "--mem").contains("--memory-swap\n"));
        assertTrue(out("completion", "bash").contains("complete -o default -F _felucca felucca"));
        assertTrue(run(125, "ps", "--nope").errText().startsWith("felucca: unknown flag: --nope"));
        assertTrue(out("container", "ls", "-q").length() > 12);
    }

    @Test
    void images() {
        engine.images = new FakeImages();
        String table = out("images");
        assertTrue(
                table.matches(
                        "(?s)REPOSITORY   TAG       IMAGE ID       CREATED +SIZE\nbusybox      latest    abababababab   .* ago +4.26MB\n.*"),
                table);
        assertEquals("abababababab\ncdcdcdcdcdcd\n", out("images", "-q"));
        assertEquals("cdcdcdcdcdcd\n", out("images", "-q", "-f", "dangling=true"));
        assertEquals("busybox:latest\n", out("images", "--format", "{{.Repository}}:{{.Tag}}", "busy*"));
        assertEquals(
                "Loaded image: x:latest\n", new String(load("the archive").out.toByteArray(), StandardCharsets.UTF_8));
        assertEquals("saved [busybox]", out("save", "busybox"));
        assertEquals("Untagged: busybox false\n", out("rmi", "busybox"));
        assertTrue(out("history", "busybox").startsWith("IMAGE "), out("history", "busybox"));
        assertTrue(run(1, "load", "-i", "none.tar").errText().contains("/work dir/none.tar: no such file"));
        assertTrue(run(1, "save", "-o", "none/x.tar", "busybox").errText().contains("no such directory"));
    }

    private FakeTerminal load(String archive) {
        FakeTerminal t = new FakeTerminal().input(archive);
        assertEquals(0, engine.run(t, "load"));
        return t;
    }
}
