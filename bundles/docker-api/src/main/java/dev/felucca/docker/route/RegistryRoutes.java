package dev.felucca.docker.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.image.Progress;
import dev.felucca.api.image.RemoteImages.Pulled;
import dev.felucca.api.image.RemoteImages.Pushed;
import dev.felucca.api.image.RemoteImages.Remote;
import dev.felucca.api.registry.RegistryAuth;
import dev.felucca.docker.http.Exchange;
import dev.felucca.docker.http.Json;
import dev.felucca.docker.http.Query;
import dev.felucca.docker.http.ResponseStream;
import dev.felucca.docker.http.Route;
import dev.felucca.docker.http.Route.Body;
import dev.felucca.docker.json.AuthJson;
import dev.felucca.json.ApiJson;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Images from and to registries. */
final class RegistryRoutes {
    private final Engine engine;

    RegistryRoutes(Engine engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                Route.of("POST", "/images/{*}/push", Body.JSON_LONG, Set.of("tag", "platform"), this::push),
                Routes.get("/distribution/{*}/json", this::distribution),
                Routes.post("/auth", this::auth));
    }

    private static RegistryAuth auth(String name, Exchange x) {
        return AuthJson.header(x.request().header(name));
    }

    /** An answer that begins with its first line, so that what fails before has a status of its own. */
    private static final class Late {
        private final Exchange exchange;
        private @Nullable ResponseStream stream; // guarded by this

        Late(Exchange exchange) {
            this.exchange = exchange;
        }

        synchronized ResponseStream stream() {
            if (stream == null) {
                stream = exchange.stream("application/json");
            }
            return stream;
        }

        synchronized void fail(Throwable failure) {
            if (stream == null) {
                exchange.fail(failure);
                return;
            }
            ArchiveRoutes.failed(stream, failure);
        }

        /** Docker's lines: what is being transferred has numbers, what has happened has none. */
        Progress progress() {
            return (item, action, done, total) -> {
                if (done >= 0) {
                    ArchiveRoutes.progress(stream()).report(item, action, done, total);
                    return;
                }
                ObjectNode o = ApiJson.object().put("status", action);
                if (!action.startsWith("Pulling from ")) {
                    o.putObject("progressDetail");
                }
                stream().write(Json.line(o.put("id", item)));
            };
        }
    }

    private static void status(Late late, String text) {
        ArchiveRoutes.line(late.stream(), "status", text);
    }

    void pull(Exchange x) throws IOException {
        Query q = x.request().query();
        String name = q.text("fromImage");
        if (name == null) {
            throw EngineException.invalid("fromImage or fromSrc is missing: which image is to be pulled?");
        }
        if (q.text("repo") != null
                || q.text("message") != null
                || !q.all("changes").isEmpty()) {
            throw EngineException.invalid("repo, message and changes are for fromSrc, not for fromImage");
        }
        String tag = q.text("tag");
        RegistryAuth auth = auth("x-registry-auth", x);
        Late late = new Late(x);
        Interruptible.run(x, () -> {
            try {
                for (String reference : references(name, tag, auth)) {
                    Pulled p = engine.remoteImages().pull(reference, q.text("platform"), auth, late.progress());
                    status(late, "Digest: " + p.digest());
                    status(
                            late,
                            (p.changed() ? "Status: Downloaded newer image for " : "Status: Image is up to date for ")
                                    + p.reference());
                }
                late.stream().end();
            } catch (IOException | RuntimeException e) {
                late.fail(e);
            }
        });
    }

    /** One, or all of a repository if neither tag nor digest is said. */
    private List<String> references(String name, @Nullable String tag, RegistryAuth auth) {
        if (tag != null) {
            return List.of(name + (tag.contains(":") ? "@" : ":") + tag);
        }
        boolean tagged = name.contains("@") || name.indexOf(':', name.lastIndexOf('/') + 1) >= 0;
        return tagged
                ? List.of(name)
                : engine.remoteImages().remoteTags(name, auth).stream()
                        .map(t -> name + ":" + t)
                        .toList();
    }

    private void push(Exchange x) throws IOException {
        Host.requirePlatform(x.request().query().text("platform"));
        String name = x.request().name();
        String tag = x.request().query().text("tag");
        RegistryAuth auth = auth("x-registry-auth", x);
        List<String> references = tag == null ? engine.remoteImages().localTags(name) : List.of(name + ":" + tag);
        Late late = new Late(x);
        Interruptible.run(x, () -> {
            try {
                status(late, "The push refers to repository [" + name + "]");
                for (String reference : references) {
                    Pushed p = engine.remoteImages().push(reference, auth, late.progress());
                    status(late, p.tag() + ": digest: " + p.digest() + " size: " + p.size());
                    ObjectNode o = ApiJson.object();
                    o.putObject("progressDetail");
                    o.putObject("aux")
                            .put("Tag", p.tag())
                            .put("Digest", p.digest())
                            .put("Size", p.size());
                    late.stream().write(Json.line(o));
                }
                late.stream().end();
            } catch (IOException | RuntimeException e) {
                late.fail(e);
            }
        });
    }

    private void distribution(Exchange x) throws IOException {
        Remote remote = engine.remoteImages().remote(x.request().name(), auth("x-registry-auth", x));
        ObjectNode o = ApiJson.object();
        o.putObject("Descriptor")
                .put("mediaType", remote.mediaType())
                .put("digest", remote.digest())
                .put("size", remote.size());
        ArrayNode platforms = o.putArray("Platforms");
        for (String platform : remote.platforms()) {
            String[] parts = platform.split("/", 3);
            ObjectNode p = platforms.addObject();
            p.put("architecture", parts.length > 1 ? parts[1] : "").put("os", parts[0]);
            if (parts.length > 2) {
                p.put("variant", parts[2]);
            }
        }
        x.json(o);
    }

    private void auth(Exchange x) {
        JsonNode body = x.request().json();
        try {
            String token = engine.registries().check(body.path("serveraddress").asText(""), AuthJson.auth(body));
            x.json(ApiJson.object().put("Status", "Login Succeeded").put("IdentityToken", token));
        } catch (EngineException e) {
            if (e.kind() != EngineException.Kind.FORBIDDEN) {
                throw e;
            }
            // docker's client asks for another password when it sees 401
            x.json(401, ApiJson.object().put("message", e.message()));
        }
    }
}
