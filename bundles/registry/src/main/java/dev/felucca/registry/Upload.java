package dev.felucca.registry;

import dev.felucca.api.registry.RegistryRepository.Content;
import dev.felucca.api.registry.RegistryRepository.Sending;
import dev.felucca.api.registry.RegistryRepository.Sent;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends one blob: mounted from another repository if the registry has it there, else in one piece (distribution spec, "Pushing blobs"). */
final class Upload {
    private static final Logger LOG = LoggerFactory.getLogger(Upload.class);

    private final Connection connection;
    private final URI uploads;
    private final String name;
    private final String digest;
    private final long size;
    private final Content content;
    private final Sending progress;
    private final AtomicLong taken = new AtomicLong();

    Upload(
            Connection connection,
            URI uploads,
            String name,
            String digest,
            long size,
            Content content,
            Sending progress) {
        this.connection = connection;
        this.uploads = uploads;
        this.name = name;
        this.digest = digest;
        this.size = size;
        this.content = content;
        this.progress = progress;
    }

    private String what() {
        return "blob " + digest + " of " + name;
    }

    Sent run(List<String> from) throws IOException {
        for (String other : from) {
            HttpResponse<InputStream> response = connection.insist(Call.of(
                    "POST",
                    URI.create(uploads + "?mount=" + digest + "&from="
                            + URLEncoder.encode(other, StandardCharsets.UTF_8))));
            response.body().close();
            if (response.statusCode() == 201) {
                return Sent.MOUNTED;
            }
        }
        for (int failed = 1; ; failed++) {
            try {
                HttpResponse<InputStream> response = attempt();
                if (response.statusCode() == 201) {
                    response.body().close();
                    return Sent.SENT;
                }
                if (!Failures.isPassing(response.statusCode()) || failed >= connection.attempts()) {
                    throw Failures.of(response, what());
                }
                response.body().close();
            } catch (IOException e) {
                if (failed >= connection.attempts() || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                LOG.info("{}: sending it again after: {}", what(), e.toString());
            }
            Connection.pause(failed);
        }
    }

    private HttpResponse<InputStream> attempt() throws IOException {
        HttpResponse<InputStream> begun = connection.insist(Call.of("POST", uploads));
        String location = begun.headers().firstValue("Location").orElse("");
        if (begun.statusCode() != 202 || location.isEmpty()) {
            throw Failures.of(begun, what());
        }
        begun.body().close();
        URI at = connection.target(begun.uri(), location);
        URI put = URI.create(at + (at.getRawQuery() == null ? "?" : "&") + "digest=" + digest);
        taken.set(0);
        return connection.once(Call.of("PUT", put)
                .with("Content-Type", "application/octet-stream")
                .body(this::body, taken::get));
    }

    private BodyPublisher body() {
        if (size == 0) {
            return BodyPublishers.noBody();
        }
        return BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() -> {
                    try {
                        return new Counted(content.open());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }),
                size);
    }

    private final class Counted extends FilterInputStream {
        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            int n = in.read(to, offset, length);
            if (n > 0) {
                progress.sent(taken.addAndGet(n));
            }
            return n;
        }
    }
}
