package dev.felucca.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.felucca.api.EngineException;
import dev.felucca.api.registry.RegistryAuth;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Answers the challenges of one registry, with a token from its token server (distribution spec, "Token Authentication") or the name and
 * password themselves. Thread-safe.
 */
final class Authorizer {
    private static final int MAX_TOKEN_BODY = 1 << 20;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Transport transport;
    private final RegistryAuth auth;
    private final List<String> scopes;
    private String current = "";

    /**
     * @param scopes what is wanted, such as {@code repository:library/busybox:pull}
     */
    Authorizer(Transport transport, RegistryAuth auth, List<String> scopes) {
        this.transport = transport;
        this.auth = auth;
        this.scopes = List.copyOf(scopes);
    }

    /** The header that served last; empty for none. */
    synchronized String current() {
        return current;
    }

    /**
     * Another header to try.
     *
     * @param refused the one that was not enough
     * @return empty if there is no other
     */
    synchronized String answer(HttpResponse<InputStream> challenged, String refused) throws IOException {
        if (!current.equals(refused)) {
            return current; // another request has got a new one meanwhile
        }
        Challenge c = Challenge.choose(challenged.headers().allValues("WWW-Authenticate"))
                .orElse(null);
        if (c == null) {
            return "";
        }
        String next = c.scheme().equals("basic") ? basic() : bearer(c, challenged.uri());
        if (next.equals(refused)) {
            return "";
        }
        current = next;
        return next;
    }

    private String basic() {
        if (auth.username().isEmpty()) {
            return "";
        }
        byte[] pair = (auth.username() + ":" + auth.password()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private String bearer(Challenge c, URI asked) throws IOException {
        return "Bearer " + (auth.registryToken().isEmpty() ? fetch(c, asked).access() : auth.registryToken());
    }

    /** What a token server gives. */
    record Tokens(String access, String refresh) {}

    private Tokens fetch(Challenge c, URI asked) throws IOException {
        URI realm;
        try {
            realm = asked.resolve(c.get("realm"));
        } catch (IllegalArgumentException e) {
            throw EngineException.unavailable(
                    asked.getAuthority() + " names a token server that is no URL: " + c.get("realm"));
        }
        if (realm.getHost() == null || !transport.allows(realm)) {
            throw EngineException.unavailable(asked.getAuthority() + " names the token server " + realm
                    + ", to which credentials would go without TLS; name its host under insecure of " + Settings.PID
                    + " to allow it");
        }
        Call call = auth.identityToken().isEmpty() ? get(realm, c) : refresh(realm, c);
        HttpResponse<InputStream> response =
                transport.send(call.request(auth.identityToken().isEmpty() ? basic() : ""), call.progress());
        if (response.statusCode() != 200) {
            throw Failures.of(response, "a token for " + String.join(" ", scopes));
        }
        byte[] body;
        try (InputStream in = response.body()) {
            body = in.readNBytes(MAX_TOKEN_BODY);
        }
        JsonNode json = MAPPER.readTree(body);
        String token = json.path("token").asText(json.path("access_token").asText(""));
        if (!token.matches("[\\x21-\\x7e]+")) {
            throw EngineException.unavailable(realm.getAuthority() + " gave no token");
        }
        return new Tokens(token, json.path("refresh_token").asText(""));
    }

    /** Asks for a token as a user who logs in; the refresh token, empty if there is none. */
    String login(HttpResponse<InputStream> challenged) throws IOException {
        Challenge c = Challenge.choose(challenged.headers().allValues("WWW-Authenticate"))
                .orElseThrow(() -> EngineException.unavailable(
                        challenged.uri().getAuthority() + " refuses, and does not say what it wants"));
        return c.scheme().equals("bearer") ? fetch(c, challenged.uri()).refresh() : "";
    }

    private static String form(Stream<String[]> pairs) {
        return pairs.filter(p -> !p[1].isEmpty())
                .map(p -> p[0] + "=" + URLEncoder.encode(p[1], StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private Call get(URI realm, Challenge c) {
        Stream<String[]> pairs = Stream.of(
                new String[] {"service", c.get("service")},
                new String[] {"account", auth.username()},
                new String[] {"offline_token", scopes.isEmpty() ? "true" : ""},
                new String[] {"client_id", scopes.isEmpty() ? "felucca" : ""});
        String query = form(Stream.concat(pairs, scopes.stream().map(s -> new String[] {"scope", s})));
        return Call.of("GET", URI.create(realm + (realm.getQuery() == null ? "?" : "&") + query));
    }

    /** OAuth 2, with the refresh token that a login gave (RFC 6749, 6). */
    private Call refresh(URI realm, Challenge c) {
        String body = form(Stream.of(
                new String[] {"grant_type", "refresh_token"},
                new String[] {"service", c.get("service")},
                new String[] {"client_id", "felucca"},
                new String[] {"refresh_token", auth.identityToken()},
                new String[] {"scope", String.join(" ", scopes)}));
        return Call.of("POST", realm)
                .with("Content-Type", "application/x-www-form-urlencoded")
                .body(() -> BodyPublishers.ofString(body), () -> 0);
    }
}
