package dev.felucca.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;

/** Sends requests, each as it is: without credentials of its own, and without following redirects. Thread-safe. */
final class Transport {
    private final Settings settings;
    private final Proxies proxies;
    private final Map<String, HttpClient> clients = new ConcurrentHashMap<>();
    private final Set<String> plain = ConcurrentHashMap.newKeySet();

    Transport(Settings settings, Proxies proxies) {
        this.settings = settings;
        this.proxies = proxies;
    }

    Settings settings() {
        return settings;
    }

    /** Whether credentials and content may go to this address: with TLS, or where the configuration does without it. */
    boolean allows(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme())
                || ("http".equalsIgnoreCase(uri.getScheme())
                        && settings.insecure().covers(uri.getAuthority()));
    }

    /** Where a registry may be reached, in the order in which it is tried: one that was found to do without TLS is not asked for it again. */
    List<Endpoint> endpoints(String domain) {
        List<Endpoint> all = Endpoint.of(domain, settings);
        return all.stream()
                .filter(e -> e.plain() || e.mirror() || !plain.contains(e.host()))
                .toList();
    }

    void foundPlain(String host) {
        plain.add(host);
    }

    private HttpClient client(URI uri) {
        // A connection for each transfer: one over which several share a window is slower.
        return clients.computeIfAbsent(uri.getAuthority(), authority -> HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.connect())
                .proxy(proxies)
                .sslContext(Trust.context(settings, authority))
                .build());
    }

    /**
     * Waits for the answer's head. Its body is to be read or closed.
     *
     * @param progress grows while the request's body is being taken
     */
    HttpResponse<InputStream> send(HttpRequest request, LongSupplier progress) throws IOException {
        return send(request, progress, settings.stall());
    }

    /**
     * @param patience how long the head may take while the request's body is not being taken
     */
    HttpResponse<InputStream> send(HttpRequest request, LongSupplier progress, Duration patience) throws IOException {
        URI uri = request.uri();
        CompletableFuture<HttpResponse<InputStream>> answer =
                client(uri).sendAsync(request, info -> new TimedBody(settings.stall()));
        long seen = progress.getAsLong();
        while (true) {
            try {
                return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                long now = progress.getAsLong();
                if (now == seen) {
                    answer.cancel(true);
                    throw new SocketTimeoutException(uri.getAuthority() + " said nothing for "
                            + settings.stall().toSeconds() + " s");
                }
                seen = now;
            } catch (InterruptedException e) {
                answer.cancel(true);
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            } catch (ExecutionException e) {
                throw described(uri, e);
            }
        }
    }

    private static IOException described(URI uri, ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        String why = uri.getScheme() + "://" + uri.getAuthority() + ": " + reason(cause);
        if (cause instanceof SSLException) {
            return new SSLException(
                    why
                            + "; if this registry is to be used without a certificate that this host trusts, put its authority into "
                            + "a directory of " + Settings.PID + ": certificates, or name it under insecure",
                    cause);
        }
        return new IOException(why, cause);
    }

    /** The JDK's client says of a name without an address that a connection failed, and no more. */
    private static String reason(Throwable cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof UnresolvedAddressException || t instanceof UnknownHostException) {
                return "this host name has no address here";
            }
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
