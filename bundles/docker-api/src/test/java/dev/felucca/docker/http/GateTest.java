package dev.felucca.docker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is denied is not carried out, over a real socket. */
class GateTest {
    @TempDir
    private Path dir;

    private final AtomicInteger done = new AtomicInteger();

    private static String ask(Path socket, String request) throws Exception {
        try (SocketChannel c = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            c.connect(UnixDomainSocketAddress.of(socket));
            c.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            c.shutdownOutput();
            ByteBuffer answer = ByteBuffer.allocate(64 << 10);
            while (c.read(answer) >= 0) {
                // until the server closes
            }
            return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
        }
    }

    private static String create(String body) {
        return "POST /v1.41/things/x?how=well HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    @Test
    void aRequestIsAskedAboutAsItIsUnderstood() throws Exception {
        Route route = Route.of("POST", "/things/{}", Route.Body.JSON, Set.of("how"), x -> {
            done.incrementAndGet();
            x.empty(204);
        });
        String own = System.getProperty("user.name");
        Gate gate = (r, request, user) -> {
            assertEquals("/things/{}", r.path());
            assertEquals(List.of("x"), request.names());
            assertEquals(List.of("well"), request.query().all().get("how"));
            assertEquals(own, user);
            if (request.json().path("Privileged").asBoolean()) {
                throw new EngineException(EngineException.Kind.FORBIDDEN, "not privileged");
            }
        };
        Path socket = dir.resolve("s");
        try (var listener = new Listener(socket, "", () -> new Router(List.of(route), gate), Map.of())) {
            assertTrue(ask(socket, create("{\"Privileged\":false}")).startsWith("HTTP/1.1 204"));
            assertEquals(1, done.get());
            String denied = ask(socket, create("{\"Privileged\":true}"));
            assertTrue(denied.startsWith("HTTP/1.1 403") && denied.contains("not privileged"), denied);
            assertEquals(1, done.get());
        }
    }
}
