package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The Engine API byte by byte: what clients send that is wrong, too much, or never comes. */
class DockerWireIT {
    // set by the one method that runs before all tests
    @SuppressWarnings("NullAway.Init")
    private static DockerCli docker;

    @BeforeAll
    static void start() throws Exception {
        docker = new DockerCli();
    }

    @AfterAll
    static void stop() throws Exception {
        if (docker == null) return;
        docker.clean();
        docker.close();
    }

    private static SocketChannel connect() throws IOException {
        SocketChannel c = SocketChannel.open(StandardProtocolFamily.UNIX);
        c.connect(UnixDomainSocketAddress.of(docker.socket()));
        return c;
    }

    private static void send(SocketChannel to, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) to.write(bytes);
    }

    /** What comes until the other side closes, or a text has come. */
    private static String read(SocketChannel from, String until) throws IOException {
        StringBuilder all = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        while (from.read(buffer) >= 0) {
            all.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
            buffer.clear();
            if (!until.isEmpty() && all.indexOf(until) >= 0) break;
        }
        return all.toString();
    }

    /** Sends a request that asks for the connection's end, and gives the answer. */
    private static String ask(String method, String path, String headers, String body) throws IOException {
        try (SocketChannel c = connect()) {
            String request = method + " " + path + " HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n" + headers
                    + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n") + "\r\n" + body;
            try {
                send(c, request);
            } catch (IOException closed) {
                // it was too much, and the answer is there
                return read(c, "");
            }
            return read(c, "");
        }
    }

    private static void answers(int status, String message, String answer) {
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        assertTrue(answer.contains(message), answer);
    }

    private static final String JSON = "Content-Type: application/json\r\n";

    @Test
    void versionsOutOfRangeAreRefusedInDockersWords() throws Exception {
        answers(400, "client version 1.23 is too old", ask("GET", "/v1.23/info", "", ""));
        answers(400, "is too new. Maximum supported API version is", ask("GET", "/v1.999/info", "", ""));
        answers(200, "ApiVersion", ask("GET", "/v1.24/version", "", ""));
        answers(404, "message", ask("GET", "/v1.41/no/such/page", "", ""));
        answers(200, "Api-Version", ask("GET", "/_ping", "", ""));
    }

    @Test
    void bodiesThatAreNoRequestsAreRefused() throws Exception {
        String create = "/v1.41/containers/create";
        answers(400, "message", ask("POST", create, JSON, "{\"Image\": "));
        answers(400, "message", ask("POST", create, JSON, "[]"));
        answers(400, "message", ask("POST", create, JSON, "{\"Image\":\"busybox\",\"Tty\":\"yes\"}"));
        answers(400, "message", ask("POST", create, JSON, "[".repeat(100_000)));
        answers(400, "Content-Type", ask("POST", create, "Content-Type: text/plain\r\n", "{\"Image\":\"busybox\"}"));
        answers(404, "No such image", ask("POST", create, JSON, "{\"Image\":\"no-such-image\"}"));
        answers(409, "is not running", ask("POST", "/v1.41/containers/" + made() + "/kill", "", ""));
    }

    private static String made() throws Exception {
        return docker.ok("create", "--network", "none", "busybox", "true");
    }

    @Test
    void tooMuchIsCutOff() throws Exception {
        if (!docker.isFelucca()) return;
        answers(
                413,
                "larger than",
                ask("POST", "/containers/create", JSON, "{\"Image\":\"" + "x".repeat(5 << 20) + "\"}"));
        answers(414, "message", ask("GET", "/" + "x".repeat(100_000), "", ""));
        answers(431, "message", ask("GET", "/_ping", "X: " + "x".repeat(100_000) + "\r\n", ""));
        answers(400, "not supported: the parameter nonsense", ask("GET", "/containers/json?nonsense=1", "", ""));
        answers(
                501,
                "not supported: Nonsense",
                ask("POST", "/containers/create", JSON, "{\"Image\":\"busybox\",\"Nonsense\":1}"));
    }

    @Test
    void garbageClosesTheConnection() throws Exception {
        try (SocketChannel c = connect()) {
            send(c, "\u0016\u0003\u0001 this is no HTTP\r\n\r\n");
            assertTrue(read(c, "").startsWith("HTTP/1.1 400"));
        }
    }

    @Test
    void requestsOnOneConnectionAreAnsweredInOrder() throws Exception {
        try (SocketChannel c = connect()) {
            send(
                    c,
                    "GET /_ping HTTP/1.1\r\nHost: d\r\n\r\nGET /no HTTP/1.1\r\nHost: d\r\n\r\nGET /_ping HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n");
            String all = read(c, "");
            assertTrue(all.matches("(?s)HTTP/1.1 200.*HTTP/1.1 404.*HTTP/1.1 200.*OK"), all);
        }
    }

    @Test
    void idleConnectionsCostNoThread() throws Exception {
        List<SocketChannel> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                SocketChannel c = connect();
                idle.add(c);
                send(c, i % 2 == 0 ? "GET /ev" : "GET /events HTTP/1.1\r\nHost: d\r\n\r\n");
            }
            assertEquals("linux", docker.ok("info", "-f", "{{.OSType}}"));
            if (docker.isFelucca()) assertTrue(docker.threads() < 100, () -> "threads: " + docker.threads());
        } finally {
            for (SocketChannel c : idle) c.close();
        }
    }

    @Test
    void attachEndsEachWayForItself() throws Exception {
        String id = docker.ok("create", "-i", "--network", "none", "busybox", "sh", "-c", "cat; echo end >&2");
        try (SocketChannel c = connect()) {
            // input comes in the same packet, before the answer and before the start
            send(
                    c,
                    "POST /v1.41/containers/" + id
                            + "/attach?stream=1&stdin=1&stdout=1&stderr=1 HTTP/1.1\r\nHost: d\r\n"
                            + "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\nearly\n");
            String head = read(c, "\r\n\r\n");
            assertTrue(head.startsWith("HTTP/1.1 101 "), head);
            c.shutdownOutput();
            docker.ok("start", id);
            String rest = read(c, "");
            assertEquals("\u0001\0\0\0\0\0\0\u0006early\n\u0002\0\0\0\0\0\0\u0004end\n", rest);
        }
        assertEquals("0", docker.ok("wait", id));
        answers(404, "No such container", ask("POST", "/v1.41/containers/no-such-one/attach?stream=1", "", ""));
    }

    @Test
    void clientsThatVanishAreForgotten() throws Exception {
        String id = docker.ok(
                "run", "-d", "--network", "none", "busybox", "sh", "-c", "while :; do echo line; sleep 0.01; done");
        for (String path : List.of("logs?follow=1&stdout=1", "wait?condition=next-exit", "attach?stream=1&stdout=1")) {
            for (int i = 0; i < 20; i++) {
                try (SocketChannel c = connect()) {
                    String method = path.startsWith("logs") ? "GET" : "POST";
                    send(c, method + " /v1.41/containers/" + id + "/" + path + " HTTP/1.1\r\nHost: d\r\n\r\n");
                    if (i % 2 == 0) read(c, "\r\n\r\n");
                }
            }
        }
        assertEquals("true", docker.ok("inspect", "-f", "{{.State.Running}}", id));
        docker.ok("rm", "-f", id);
    }
}
