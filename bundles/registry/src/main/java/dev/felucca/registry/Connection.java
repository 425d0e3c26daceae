package dev.felucca.registry;

import dev.felucca.api.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;

/** Requests to one endpoint: authorized, redirected, and tried again where that may help. Thread-safe. */
final class Connection {
    private static final int MAX_REDIRECTS = 5;
    private static final int MAX_CHALLENGES = 2;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final Transport transport;
    private final Endpoint endpoint;
    private final Authorizer authorizer;
    private volatile boolean answered;

    Connection(Transport transport, Endpoint endpoint, Authorizer authorizer) {
        this.transport = transport;
        this.endpoint = endpoint;
        this.authorizer = authorizer;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** Whether it is not known yet that there is TLS at all; then not much time is lost on it. */
    private boolean isProbe() {
        return !answered && !endpoint.plain() && !endpoint.verified();
    }

    int attempts() {
        return isProbe() ? 1 : transport.settings().attempts();
    }

    private Duration patience() {
        Settings s = transport.settings();
        return isProbe() && s.connect().compareTo(s.stall()) < 0 ? s.connect() : s.stall();
    }

    /** It serves, and without TLS. */
    void serves() {
        if (endpoint.plain() && !endpoint.mirror()) {
            transport.foundPlain(endpoint.host());
        }
    }

    URI uri(String path) {
        return endpoint.base().resolve(path);
    }

    /** Sends until there is an answer that another attempt would not change. */
    HttpResponse<InputStream> insist(Call call) throws IOException {
        for (int failed = 1; ; failed++) {
            try {
                HttpResponse<InputStream> response = once(call);
                if (!Failures.isPassing(response.statusCode()) || failed >= attempts()) {
                    return response;
                }
                response.body().close();
            } catch (IOException e) {
                if (failed >= attempts() || isFinal(e)) {
                    throw e;
                }
            }
            pause(failed);
        }
    }

    private static boolean isFinal(IOException e) {
        Throwable cause = e.getCause();
        return Thread.currentThread().isInterrupted()
                || e instanceof SSLException
                || cause instanceof ConnectException
                || cause instanceof UnknownHostException;
    }

    /** Waits before the next attempt, twice as long each time. */
    static void pause(int failed) throws InterruptedIOException {
        try {
            Thread.sleep(FIRST_PAUSE.toMillis() << Math.min(failed - 1, 5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** Sends without credentials, whatever is asked for. */
    HttpResponse<InputStream> anonymous(Call call) throws IOException {
        return follow(call, "");
    }

    /** Sends, once more with credentials if the registry asks for them. */
    HttpResponse<InputStream> once(Call call) throws IOException {
        boolean own = Endpoint.sameOrigin(call.uri(), endpoint.base());
        String authorization = own ? authorizer.current() : "";
        for (int challenges = 0; ; challenges++) {
            HttpResponse<InputStream> response = follow(call, authorization);
            if (response.statusCode() != 401
                    || challenges >= MAX_CHALLENGES
                    || !Endpoint.sameOrigin(response.uri(), endpoint.base())) {
                return response;
            }
            String next = authorizer.answer(response, authorization);
            if (next.isEmpty()) {
                return response;
            }
            response.body().close();
            authorization = next;
        }
    }

    /** Follows redirects of reads; credentials stay with the host that they are for. */
    private HttpResponse<InputStream> follow(Call first, String authorization) throws IOException {
        Call call = first;
        String sent = authorization;
        for (int hops = 0; ; hops++) {
            HttpResponse<InputStream> response = transport.send(call.request(sent), call.progress(), patience());
            answered = true;
            Optional<String> location = response.headers().firstValue("Location");
            if (!REDIRECTS.contains(response.statusCode()) || location.isEmpty() || !call.isRead()) {
                return response;
            }
            response.body().close();
            if (hops >= MAX_REDIRECTS) {
                throw EngineException.unavailable(endpoint.host() + " redirects more than " + MAX_REDIRECTS + " times");
            }
            call = call.to(target(call.uri(), location.get()));
            if (!Endpoint.sameOrigin(call.uri(), endpoint.base())) {
                sent = "";
            }
        }
    }

    /** Where a Location leads. */
    URI target(URI from, String location) {
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw EngineException.unavailable(endpoint.host() + " leads to \"" + location + "\", which is no URL");
        }
        boolean same = to.getHost() != null && Endpoint.sameOrigin(to, endpoint.base());
        if (to.getHost() == null || (!same && !transport.allows(to))) {
            throw EngineException.unavailable(endpoint.host() + " leads to " + to
                    + ", which is not reached over TLS; name its host under insecure of " + Settings.PID
                    + " to allow it");
        }
        return to;
    }
}
