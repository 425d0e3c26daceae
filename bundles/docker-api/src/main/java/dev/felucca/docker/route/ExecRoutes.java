package dev.felucca.docker.route;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerExecs;
import dev.felucca.api.container.DetachKeys;
import dev.felucca.api.container.ExecConfig;
import dev.felucca.api.container.ExecInfo;
import dev.felucca.api.exec.StreamKind;
import dev.felucca.api.spec.Box;
import dev.felucca.docker.http.Exchange;
import dev.felucca.docker.http.Failures;
import dev.felucca.docker.http.Hijack;
import dev.felucca.docker.http.Route;
import dev.felucca.docker.http.Route.Body;
import dev.felucca.docker.json.Fields;
import dev.felucca.json.ApiJson;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** More programs in running containers. */
final class ExecRoutes {
    private final Engine engine;
    /** What was asked for at creation, and counts when it is started. */
    private final Map<String, Wanted> wanted = new ConcurrentHashMap<>();

    private record Wanted(boolean stdin, Set<StreamKind> shown, String detachKeys) {}

    ExecRoutes(Engine engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                Routes.post("/containers/{}/exec", this::create),
                Route.of("POST", "/exec/{}/start", Body.HIJACK, Set.of(), this::start),
                Routes.post("/exec/{}/resize", this::resize, "h", "w"),
                Routes.get("/exec/{}/json", this::inspect));
    }

    private void create(Exchange x) {
        Fields f = Fields.of(x.request().json(), "");
        // who attaches is told by the start; these were fields of the exec's configuration of old
        f.told("Detach", "Container");
        List<String> cmd = f.texts("Cmd");
        if (cmd.isEmpty()) {
            throw EngineException.invalid("No exec command specified");
        }
        boolean stdin = f.flag("AttachStdin");
        Set<StreamKind> shown = EnumSet.noneOf(StreamKind.class);
        if (f.flag("AttachStdout")) {
            shown.add(StreamKind.STDOUT);
        }
        if (f.flag("AttachStderr")) {
            shown.add(StreamKind.STDERR);
        }
        String keys = f.text("DetachKeys", DetachKeys.DEFAULT);
        DetachKeys.parse(keys);
        ExecConfig config = new ExecConfig(
                cmd,
                f.texts("Env"),
                f.textOrNull("WorkingDir"),
                f.textOrNull("User"),
                f.flag("Tty"),
                stdin,
                f.flag("Privileged"),
                console(f));
        f.done();
        ExecInfo exec = engine.execs().create(x.request().name(), config);
        wanted.put(exec.id(), new Wanted(stdin, shown, keys));
        x.json(201, ApiJson.object().put("Id", exec.id()));
    }

    private static @Nullable Box console(Fields f) {
        var size = f.raw("ConsoleSize");
        if (size == null || !size.isArray() || size.size() != 2 || size.get(0).asInt() <= 0) {
            return null;
        }
        return new Box(size.get(0).asInt(), size.get(1).asInt());
    }

    private void start(Exchange x) {
        Fields f = Fields.of(x.request().json(), "");
        boolean detach = f.flag("Detach");
        f.told("Tty"); // it was said at creation
        Box console = console(f);
        f.done();
        ContainerExecs execs = engine.execs();
        ExecInfo exec = execs.get(x.request().name());
        String id = exec.id();
        Wanted asked = wanted.remove(id);
        if (exec.status() != ExecInfo.Status.CREATED) {
            throw EngineException.conflict("Error: Exec command " + id
                    + (exec.status() == ExecInfo.Status.RUNNING ? " is already running" : " has already run"));
        }
        if (detach || asked == null) {
            x.when(execs.start(id, console), v -> x.empty(200));
            return;
        }
        boolean tty = exec.config().tty();
        DetachKeys keys = tty && asked.stdin() ? DetachKeys.parse(asked.detachKeys()) : null;
        Hijack connection =
                x.hijack(StdCopy.contentType(tty, x.request().version().minor()));
        var joined = new Joined(connection, tty, asked.shown(), asked.stdin(), keys, () -> {}, false);
        x.onGone(joined::gone);
        joined.begin(execs.attach(id, asked.stdin(), joined));
        CompletionStage<?> told = execs.start(id, console).handle((v, failure) -> {
            if (failure != null) {
                // in the stream: the answer has begun
                String why = Failures.message(Failures.cause(failure)) + "\r\n";
                joined.tell(ByteBuffer.wrap(why.getBytes(StandardCharsets.UTF_8)));
            }
            return id;
        });
        // the exit code is there when the connection closes
        var unused = execs.wait(id)
                .handle((status, failure) -> id)
                .thenCombine(told, (a, b) -> a)
                .thenRun(joined::end);
    }

    private void resize(Exchange x) {
        engine.execs()
                .resize(
                        x.request().name(),
                        x.request().query().required("h"),
                        x.request().query().required("w"));
        x.empty(200);
    }

    private void inspect(Exchange x) {
        ExecInfo e = engine.execs().get(x.request().name());
        ExecConfig c = e.config();
        ObjectNode o = ApiJson.object();
        o.put("ID", e.id());
        o.put("Running", e.status() == ExecInfo.Status.RUNNING);
        if (e.status() == ExecInfo.Status.EXITED) {
            o.put("ExitCode", e.exitCode());
        } else {
            o.putNull("ExitCode");
        }
        ObjectNode process = o.putObject("ProcessConfig");
        process.put("tty", c.tty());
        process.put("entrypoint", c.cmd().get(0));
        process.set("arguments", ApiJson.array(c.cmd().subList(1, c.cmd().size())));
        process.put("privileged", c.privileged());
        if (!e.user().isEmpty()) {
            process.put("user", e.user());
        }
        o.put("OpenStdin", c.openStdin());
        o.put("OpenStderr", true);
        o.put("OpenStdout", true);
        o.put("CanRemove", e.status() == ExecInfo.Status.EXITED);
        o.put("ContainerID", e.containerId());
        o.put("DetachKeys", "");
        o.put("Pid", e.pid());
        x.json(o);
    }
}
