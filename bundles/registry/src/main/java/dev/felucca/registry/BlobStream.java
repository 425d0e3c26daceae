package dev.felucca.registry;

import dev.felucca.api.EngineException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A blob whose broken connections are replaced by ones that go on at the same byte (RFC 9110, 14). */
final class BlobStream extends InputStream {
    private static final Logger LOG = LoggerFactory.getLogger(BlobStream.class);

    private final Connection connection;
    private final URI uri;
    private final String what;
    private final long size;
    private @Nullable InputStream in;
    private long at;
    private int failed;

    BlobStream(Connection connection, URI uri, String what, long size) throws IOException {
        this.connection = connection;
        this.uri = uri;
        this.what = what;
        this.size = size;
        in = open();
    }

    private InputStream open() throws IOException {
        Call call = Call.of("GET", uri);
        HttpResponse<InputStream> response =
                at == 0 ? connection.insist(call) : connection.once(call.with("Range", "bytes=" + at + "-"));
        int status = response.statusCode();
        boolean partial = at > 0 && status == 206;
        if (status != 200 && !partial) {
            EngineException failure = Failures.of(response, what);
            if (at > 0 && Failures.isPassing(status)) {
                throw new IOException(failure.message(), failure);
            }
            throw failure;
        }
        InputStream body = response.body();
        try {
            check(response, partial);
            if (!partial) {
                body.skipNBytes(at);
            }
            return body;
        } catch (IOException | RuntimeException e) {
            body.close();
            throw e;
        }
    }

    private void check(HttpResponse<InputStream> response, boolean partial) {
        if (partial) {
            String range = response.headers().firstValue("Content-Range").orElse("");
            if (!range.startsWith("bytes " + at + "-")) {
                throw wrong("was asked for the bytes from " + at + " on, and sends \"" + range + "\"");
            }
            return;
        }
        long said = response.headers().firstValueAsLong("Content-Length").orElse(size);
        if (said != size) {
            throw wrong("says that it has " + said + " bytes, its descriptor " + size);
        }
    }

    private EngineException wrong(String why) {
        return EngineException.invalid(what + ": " + uri.getAuthority() + " " + why);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        while (true) {
            try {
                if (in == null) {
                    in = open();
                }
                int n = in.read(to, offset, length);
                if (n >= 0) {
                    at += n;
                    failed = 0;
                    if (at > size) {
                        throw wrong("sends more than the " + size + " bytes of its descriptor");
                    }
                    return n;
                }
                if (at == size) {
                    return -1;
                }
                throw new EOFException(
                        what + ": " + uri.getAuthority() + " ended after " + at + " of " + size + " bytes");
            } catch (IOException e) {
                again(e);
            }
        }
    }

    private void again(IOException e) throws IOException {
        close();
        if (++failed >= connection.attempts() || Thread.currentThread().isInterrupted()) {
            throw e;
        }
        LOG.info("{}: going on at byte {} after: {}", what, at, e.toString());
        Connection.pause(failed);
    }

    @Override
    public void close() throws IOException {
        if (in != null) {
            in.close();
            in = null;
        }
    }
}
