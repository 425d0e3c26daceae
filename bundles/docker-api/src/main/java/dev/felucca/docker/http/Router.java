package dev.felucca.docker.http;

import dev.felucca.api.EngineException;
import dev.felucca.json.ApiVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the route of a request, and its version. */
public final class Router {
    private static final Pattern VERSIONED = Pattern.compile("/v([^/]*)(/.*)");

    private final List<Route> routes;
    private final Gate gate;

    public Router(List<Route> routes) {
        this(routes, Gate.OPEN);
    }

    /** @param gate asked before a request is carried out */
    public Router(List<Route> routes, Gate gate) {
        this.routes = List.copyOf(routes);
        this.gate = gate;
    }

    Gate gate() {
        return gate;
    }

    /** @param names what the path names, in order */
    record Found(Route route, String path, ApiVersion version, Query query, List<String> names) {}

    /** @throws EngineException INVALID for a version that is not served, or a parameter that the route does not know; NOT_FOUND */
    Found find(String method, String uri) {
        QueryStringDecoder decoded;
        String path;
        try {
            decoded = new QueryStringDecoder(uri);
            path = decoded.path();
            decoded.parameters();
        } catch (IllegalArgumentException e) {
            throw new EngineException(EngineException.Kind.INVALID, "malformed URL: " + e.getMessage(), e);
        }
        ApiVersion version = ApiVersion.NEWEST;
        Matcher versioned = VERSIONED.matcher(path);
        if (versioned.matches()
                && !versioned.group(1).isEmpty()
                && Character.isDigit(versioned.group(1).charAt(0))) {
            version = ApiVersion.parse(versioned.group(1));
            path = versioned.group(2);
        }
        if (path.indexOf('\0') >= 0) {
            throw EngineException.invalid("malformed URL: it has a NUL byte");
        }
        Set<String> others = new TreeSet<>();
        for (Route route : routes) {
            Matcher m = route.match(path);
            if (m == null) {
                continue;
            }
            if (!route.method().equals(method)) {
                others.add(route.method());
                continue;
            }
            Query query = new Query(decoded.parameters());
            query.allow(route.parameters());
            List<String> names = new ArrayList<>();
            for (int i = 1; i <= m.groupCount(); i++) {
                names.add(m.group(i));
            }
            return new Found(route, path, version, query, names);
        }
        if (!others.isEmpty()) {
            throw new MethodException(
                    "the method " + method + " is not for " + path + "; it takes " + String.join(", ", others));
        }
        throw EngineException.notFound("page not found");
    }

    /** The path is there, the method is not. */
    static final class MethodException extends EngineException {
        MethodException(String message) {
            super(Kind.INVALID, message);
        }
    }
}
