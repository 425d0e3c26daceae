package dev.felucca.docker.http;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An operation of the API.
 *
 * @param path of the request without version; {@code {}} stands for a name without slashes, {@code {*}} for one that may have some
 * @param body how it takes the request's body
 * @param parameters names of those that it knows
 */
public record Route(String method, String path, Body body, Set<String> parameters, Handler handler, Pattern pattern) {

    /** As the only name of a parameter: all are let through, for a route that refuses anyway. */
    public static final String ANY_PARAMETER = "*";

    /** What becomes of a request's body. */
    public enum Body {
        /** It is read whole, up to {@link Incoming#MAX_BODY}, and is JSON. */
        JSON,
        /** As JSON; but the answer is long, and its handler waits while the client is slow. */
        JSON_LONG,
        /** It is read by the handler as it comes. */
        STREAM,
        /** As JSON, and what comes after it belongs to the handler: the connection is taken over. */
        HIJACK
    }

    /** Answers a request, now or later; called on a thread that it may block for short. */
    @FunctionalInterface
    public interface Handler {
        void handle(Exchange exchange) throws Exception;
    }

    public static Route of(String method, String path, Body body, Set<String> parameters, Handler handler) {
        String regex = path.replace("{*}", "\\E(.+)\\Q").replace("{}", "\\E([^/]+)\\Q");
        return new Route(method, path, body, Set.copyOf(parameters), handler, Pattern.compile("\\Q" + regex + "\\E"));
    }

    boolean isLong() {
        return body == Body.JSON_LONG;
    }

    @Nullable
    Matcher match(String requested) {
        Matcher m = pattern.matcher(requested);
        return m.matches() ? m : null;
    }
}
