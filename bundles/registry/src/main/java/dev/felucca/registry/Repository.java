package dev.felucca.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.felucca.api.EngineException;
import dev.felucca.api.registry.RegistryManifest;
import dev.felucca.api.registry.RegistryRepository;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One repository, at the endpoints where it may be found; the one that served last is asked first. */
final class Repository implements RegistryRepository {
    private static final Logger LOG = LoggerFactory.getLogger(Repository.class);
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MAX_TAGS_BODY = 8 << 20;
    private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;\\s*rel=\"?next\"?");

    /** Indexes first, so that a registry that converts does not choose a platform for us. */
    private static final String MANIFESTS = String.join(
            ", ",
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.v2+json");

    private final String name;
    private final String path;
    private final List<Connection> connections;
    private volatile Connection chosen;

    /**
     * @param name as users write it
     * @param path in the registry
     */
    Repository(String name, String path, List<Connection> connections) {
        this.name = name;
        this.path = path;
        this.connections = List.copyOf(connections);
        chosen = connections.get(0);
    }

    private interface Use<T> {
        T of(Connection connection) throws IOException;
    }

    /** A mirror that cannot serve, and a host that is not there, are passed over; another's answer is the answer. */
    private <T> T anywhere(Use<T> use) {
        Connection first = chosen;
        List<Connection> order = Stream.concat(
                        Stream.of(first), connections.stream().filter(c -> c != first))
                .toList();
        EngineException failure = null;
        for (Connection c : order) {
            try {
                T result = use.of(c);
                chosen = c;
                c.serves();
                return result;
            } catch (IOException e) {
                failure = joined(
                        failure,
                        new EngineException(EngineException.Kind.UNAVAILABLE, String.valueOf(e.getMessage()), e));
                if (Thread.currentThread().isInterrupted()) {
                    throw failure;
                }
            } catch (EngineException e) {
                if (!c.endpoint().mirror()) {
                    throw e;
                }
                failure = joined(failure, e);
                LOG.warn("mirror {}: {}", c.endpoint().host(), e.message());
            }
        }
        throw failure == null ? EngineException.internal("no endpoint", null) : failure;
    }

    private static EngineException joined(
            @org.jspecify.annotations.Nullable EngineException before, EngineException e) {
        if (before == null) {
            return e;
        }
        EngineException both = EngineException.unavailable(before.message() + "; " + e.message());
        both.addSuppressed(before);
        both.addSuppressed(e);
        return both;
    }

    private URI uri(Connection c, String rest) {
        return c.uri("v2/" + path + "/" + rest);
    }

    private String named(String tagOrDigest) {
        return name + (tagOrDigest.contains(":") ? "@" : ":") + tagOrDigest;
    }

    @Override
    public RegistryManifest manifest(String tagOrDigest, int maxBytes) {
        String what = "manifest for " + named(tagOrDigest);
        return anywhere(c -> {
            HttpResponse<InputStream> response =
                    c.insist(Call.of("GET", uri(c, "manifests/" + tagOrDigest)).with("Accept", MANIFESTS));
            if (response.statusCode() != 200) {
                throw Failures.of(response, what);
            }
            byte[] content;
            try (InputStream in = response.body()) {
                content = in.readNBytes(maxBytes + 1);
            }
            if (content.length > maxBytes) {
                throw EngineException.invalid(what + " has more than " + maxBytes + " bytes");
            }
            String digest = Digest.of(content);
            if (tagOrDigest.contains(":") && !tagOrDigest.equals(digest)) {
                throw EngineException.invalid(
                        what + ": what " + c.endpoint().host() + " sent has the digest " + digest);
            }
            return new RegistryManifest(type(response, content), digest, content);
        });
    }

    /** The document itself knows best; registries differ in the header. */
    private static String type(HttpResponse<InputStream> response, byte[] content) throws IOException {
        JsonNode json;
        try {
            json = MAPPER.readTree(content);
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID,
                    response.uri().getAuthority() + " sent a manifest that is no JSON: " + e.getOriginalMessage(),
                    e);
        }
        String said = json.path("mediaType").asText("");
        String header = response.headers()
                .firstValue("Content-Type")
                .orElse("")
                .split(";", 2)[0]
                .strip();
        return said.isEmpty() ? header : said;
    }

    @Override
    public InputStream blob(String digest, long size) throws IOException {
        return anywhere(c -> new BlobStream(c, uri(c, "blobs/" + digest), "blob " + digest + " of " + name, size));
    }

    @Override
    public boolean has(String digest) {
        return anywhere(c -> {
            HttpResponse<InputStream> response = c.insist(Call.of("HEAD", uri(c, "blobs/" + digest)));
            if (response.statusCode() == 404) {
                response.body().close();
                return false;
            }
            if (response.statusCode() != 200) {
                throw Failures.of(response, "blob " + digest + " of " + name);
            }
            response.body().close();
            return true;
        });
    }

    @Override
    public Sent send(String digest, long size, Content content, List<String> from, Sending progress) {
        if (has(digest)) {
            return Sent.WAS_THERE;
        }
        return anywhere(c -> new Upload(c, uri(c, "blobs/uploads/"), name, digest, size, content, progress).run(from));
    }

    @Override
    public String sendManifest(String tagOrDigest, String mediaType, byte[] content) {
        return anywhere(c -> {
            HttpResponse<InputStream> response = c.insist(Call.of("PUT", uri(c, "manifests/" + tagOrDigest))
                    .with("Content-Type", mediaType)
                    .body(() -> java.net.http.HttpRequest.BodyPublishers.ofByteArray(content), () -> 0));
            if (response.statusCode() != 201 && response.statusCode() != 200) {
                throw Failures.of(response, "manifest for " + named(tagOrDigest));
            }
            response.body().close();
            return Digest.of(content);
        });
    }

    @Override
    public List<String> tags() {
        return anywhere(c -> {
            List<String> all = new ArrayList<>();
            Optional<URI> page = Optional.of(uri(c, "tags/list"));
            while (page.isPresent()) {
                HttpResponse<InputStream> response = c.insist(Call.of("GET", page.get()));
                if (response.statusCode() != 200) {
                    throw Failures.of(response, "tags of " + name);
                }
                try (InputStream in = response.body()) {
                    MAPPER.readTree(in.readNBytes(MAX_TAGS_BODY)).path("tags").forEach(t -> all.add(t.asText()));
                }
                page = next(c, response);
            }
            return all;
        });
    }

    private static Optional<URI> next(Connection c, HttpResponse<InputStream> response) {
        Matcher m = NEXT.matcher(response.headers().firstValue("Link").orElse(""));
        return m.find() ? Optional.of(c.target(response.uri(), m.group(1))) : Optional.empty();
    }
}
