package dev.felucca.docker.route;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.image.Image;
import dev.felucca.api.image.ImportOptions;
import dev.felucca.api.image.Progress;
import dev.felucca.docker.http.Exchange;
import dev.felucca.docker.http.Failures;
import dev.felucca.docker.http.Json;
import dev.felucca.docker.http.Query;
import dev.felucca.docker.http.ResponseStream;
import dev.felucca.docker.http.Route;
import dev.felucca.docker.http.Route.Body;
import dev.felucca.json.ApiJson;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Images as archives: load, save, import. */
final class ArchiveRoutes {
    private final Engine engine;

    ArchiveRoutes(Engine engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                Route.of("POST", "/images/load", Body.STREAM, Set.of("quiet", "platform"), this::load),
                Route.of("GET", "/images/get", Body.JSON_LONG, Set.of("names", "platform"), this::save),
                Route.of("GET", "/images/{*}/get", Body.JSON_LONG, Set.of("platform"), this::save),
                Route.of(
                        "POST",
                        "/images/create",
                        Body.STREAM,
                        Set.of("fromImage", "fromSrc", "repo", "tag", "message", "changes", "platform", "inputImage"),
                        this::create));
    }

    private interface Work {
        void run(ResponseStream out) throws IOException;
    }

    /** What fails after the answer has begun is told in it. */
    private static void told(ResponseStream out, Work work) {
        try {
            work.run(out);
        } catch (IOException | RuntimeException e) {
            String message = Failures.message(Failures.cause(e));
            ObjectNode o = ApiJson.object();
            o.putObject("errorDetail").put("message", message);
            o.put("error", message);
            out.write(Json.line(o));
        }
        out.end();
    }

    private static void line(ResponseStream out, String key, String text) {
        out.write(Json.line(ApiJson.object().put(key, text)));
    }

    private void load(Exchange x) {
        Host.requirePlatform(x.request().query().text("platform"));
        boolean quiet = x.request().query().flag("quiet", true);
        told(x.stream("application/json"), out -> {
            Progress progress = quiet ? Progress.NONE : progress(out);
            for (String loaded : engine.images().load(x.request().stream(), progress)) {
                line(out, "stream", loaded + "\n");
            }
        });
    }

    private static Progress progress(ResponseStream out) {
        return (item, action, done, total) -> {
            ObjectNode o = ApiJson.object();
            o.put("status", action);
            ObjectNode detail = o.putObject("progressDetail").put("current", done);
            if (total >= 0) {
                detail.put("total", total);
            }
            o.put("id", item);
            // one that is slow misses some: the next one tells more
            if (out.isWritable()) {
                out.write(Json.line(o));
            }
        };
    }

    private void save(Exchange x) throws IOException {
        Host.requirePlatform(x.request().query().text("platform"));
        List<String> names = x.request().names().isEmpty()
                ? x.request().query().all("names")
                : x.request().names();
        if (names.isEmpty()) {
            throw EngineException.invalid("the parameter names is missing: which images are to be saved?");
        }
        for (String name : names) {
            engine.images().get(name);
        }
        ResponseStream out = x.stream("application/x-tar");
        try (OutputStream to = new BufferedOutputStream(out.blocking(), 64 << 10)) {
            engine.images().save(names, new Unclosed(to));
        } catch (IOException | RuntimeException e) {
            out.abort(Failures.message(e));
        }
    }

    private void create(Exchange x) throws IOException {
        Query q = x.request().query();
        Host.requirePlatform(q.text("platform"));
        String source = q.text("fromSrc");
        if (source == null) {
            throw EngineException.unsupported(
                    "pulling from registries is not supported yet; load the image from an archive");
        }
        if (!source.equals("-")) {
            throw EngineException.unsupported(
                    "not supported: importing from a URL (" + source + "); send the archive in the request");
        }
        String reference = reference(q.text("repo"), q.text("tag"));
        String message = q.text("message");
        ImportOptions options = new ImportOptions(reference, message == null ? "" : message, q.all("changes"));
        told(x.stream("application/json"), out -> {
            Image image = engine.images().importRootfs(x.request().stream(), options, Progress.NONE);
            line(out, "status", image.id());
        });
    }

    static @Nullable String reference(@Nullable String repo, @Nullable String tag) {
        return repo == null || tag == null ? repo : repo + ":" + tag;
    }

    /** Whoever writes the archive does not end the answer. */
    private static final class Unclosed extends OutputStream {
        private final OutputStream to;

        Unclosed(OutputStream to) {
            this.to = to;
        }

        @Override
        public void write(int b) throws IOException {
            to.write(b);
        }

        @Override
        public void write(byte[] b, int offset, int length) throws IOException {
            to.write(b, offset, length);
        }

        @Override
        public void flush() throws IOException {
            to.flush();
        }
    }
}
