package dev.felucca.docker.route;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerFiles.Archive;
import dev.felucca.api.image.CommitOptions;
import dev.felucca.api.image.ImageConfig;
import dev.felucca.api.storage.RootTree.Change;
import dev.felucca.api.storage.RootTree.FileStat;
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
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Files of containers: copied, exported, compared, made into images. */
final class FileRoutes {
    private static final String STAT = "X-Docker-Container-Path-Stat";

    private final Engine engine;

    FileRoutes(Engine engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                Route.of("HEAD", "/containers/{}/archive", Body.JSON_LONG, Set.of("path"), this::stat),
                Route.of("GET", "/containers/{}/archive", Body.JSON_LONG, Set.of("path"), this::read),
                Route.of(
                        "PUT",
                        "/containers/{}/archive",
                        Body.STREAM,
                        Set.of("path", "noOverwriteDirNonDir", "copyUIDGID"),
                        this::write),
                Route.of("GET", "/containers/{}/export", Body.JSON_LONG, Set.of(), this::export),
                Route.of("GET", "/containers/{}/changes", Body.JSON_LONG, Set.of(), this::changes),
                Route.of(
                        "POST",
                        "/commit",
                        Body.JSON_LONG,
                        Set.of("container", "repo", "tag", "comment", "author", "pause", "changes"),
                        this::commit));
    }

    private static String path(Exchange x) {
        String path = x.request().query().text("path");
        if (path == null) {
            throw EngineException.invalid("bad parameter: path cannot be empty");
        }
        return path;
    }

    private static Map<String, String> header(FileStat s) {
        ObjectNode o = ApiJson.object();
        o.put("name", s.name());
        o.put("size", s.size());
        o.put("mode", FileModes.of(s.mode()));
        o.put(
                "mtime",
                ApiJson.time(Instant.ofEpochSecond(
                        Math.floorDiv(s.mtimeNs(), 1_000_000_000L), Math.floorMod(s.mtimeNs(), 1_000_000_000L))));
        o.put("linkTarget", s.link());
        return Map.of(STAT, Base64.getEncoder().encodeToString(Json.line(o)));
    }

    private void stat(Exchange x) {
        x.empty(200, header(engine.files().stat(x.request().name(), path(x))));
    }

    private void read(Exchange x) {
        try (Archive a = engine.files().read(x.request().name(), path(x), null)) {
            send(x.stream(200, "application/x-tar", header(a.stat())), a);
        }
    }

    private void export(Exchange x) {
        try (Archive a = engine.files().export(x.request().name())) {
            send(x.stream("application/octet-stream"), a);
        }
    }

    /** What fails here cannot be told any more but by an answer that is cut off. */
    private static void send(ResponseStream out, Archive archive) {
        try {
            OutputStream to = new BufferedOutputStream(out.blocking(), 64 << 10);
            archive.writeTo(to);
            to.flush();
            out.end();
        } catch (IOException | RuntimeException e) {
            out.abort(Failures.message(e));
        }
    }

    private void write(Exchange x) throws IOException {
        Query q = x.request().query();
        engine.files()
                .write(
                        x.request().name(),
                        path(x),
                        x.request().stream(),
                        q.flag("noOverwriteDirNonDir"),
                        q.flag("copyUIDGID"));
        x.empty(200);
    }

    private void changes(Exchange x) {
        List<Change> changes = engine.files().changes(x.request().name());
        ArrayNode all = ApiJson.array();
        for (Change c : changes) {
            int kind =
                    switch (c.kind()) {
                        case MODIFIED -> 0;
                        case ADDED -> 1;
                        case DELETED -> 2;
                    };
            all.addObject().put("Path", c.path()).put("Kind", kind);
        }
        x.json(all);
    }

    private void commit(Exchange x) throws IOException {
        Query q = x.request().query();
        String container = q.text("container");
        if (container == null) {
            throw EngineException.invalid("bad parameter: container cannot be empty");
        }
        if (!x.request().json().isEmpty()) {
            throw EngineException.unsupported(
                    "not supported: a configuration in the request to commit; give it by the parameter changes");
        }
        CommitOptions options = new CommitOptions(
                ArchiveRoutes.reference(q.text("repo"), q.text("tag")),
                text(q, "author"),
                text(q, "comment"),
                q.all("changes"),
                ImageConfig.EMPTY,
                "");
        String id = engine.files().commit(container, options, q.flag("pause", true));
        x.json(201, ApiJson.object().put("Id", id));
    }

    private static String text(Query q, String name) {
        String text = q.text(name);
        return text == null ? "" : text;
    }
}
