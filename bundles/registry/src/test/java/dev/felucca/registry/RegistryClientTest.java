package dev.felucca.registry;

import static dev.felucca.registry.FakeRegistry.send;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.felucca.api.EngineException;
import dev.felucca.api.registry.Registries.Access;
import dev.felucca.api.registry.RegistryAuth;
import dev.felucca.api.registry.RegistryRepository;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryClientTest {
    private static final RegistryAuth ADA = RegistryAuth.basic("ada", "secret");
    private static final String BASIC = "Basic YWRhOnNlY3JldA==";
    private static final String BLOB = "sha256:" + "ab".repeat(32);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** A JDK's HTTP server does not answer what is no HTTP: the test that does without a known registry waits for its silence. */
    private RegistriesComponent registries(List<URI> mirrors, int attempts, String... knownPlain) {
        Transport transport = new Transport(
                new Settings(
                        mirrors,
                        Insecure.parse(List.of()),
                        directory.resolve("certs"),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        attempts),
                new Proxies(Map.of()));
        List.of(knownPlain).forEach(transport::foundPlain);
        return new RegistriesComponent(directory, transport);
    }

    private RegistryRepository repository(FakeRegistry registry, Access access, RegistryAuth auth) {
        return registries(List.of(), 3, registry.host()).repository(registry.host(), "a/b", access, auth);
    }

    private static boolean requireToken(HttpExchange x, String token, String realm) throws IOException {
        if (("Bearer " + token).equals(x.getRequestHeaders().getFirst("Authorization"))) {
            return true;
        }
        send(
                x,
                401,
                "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\"}]}",
                "WWW-Authenticate",
                "Bearer realm=\"" + realm + "\",service=\"s, \\\"1\\\"\",scope=\"repository:a/b:pull\"");
        return false;
    }

    @Test
    void aTokenIsFetchedOnceAndServesAll() {
        AtomicReference<String> realm = new AtomicReference<>("");
        try (FakeRegistry tokens = new FakeRegistry(x -> send(x, 200, "{\"token\":\"t1\"}"));
                FakeRegistry registry = new FakeRegistry(x -> {
                    if (requireToken(x, "t1", String.valueOf(realm.get()))) {
                        send(x, 200, "{\"tags\":[\"one\"]}");
                    }
                })) {
            realm.set("http://" + tokens.host() + "/token");
            RegistryRepository r = repository(registry, Access.PULL, ADA);
            assertEquals(List.of("one"), r.tags());
            assertEquals(List.of("one"), r.tags());
            assertEquals(
                    List.of("GET /token?service=s%2C+%221%22&account=ada&scope=repository%3Aa%2Fb%3Apull " + BASIC),
                    tokens.asked);
            assertEquals("GET /v2/a/b/tags/list", registry.asked.get(registry.asked.size() - 3));
            assertEquals("GET /v2/a/b/tags/list Bearer t1", registry.asked.get(registry.asked.size() - 1));
        }
    }

    @Test
    void credentialsDoNotFollowARedirect() throws IOException {
        try (FakeRegistry store = new FakeRegistry(x -> send(x, 200, "content"))) {
            AtomicReference<String> to = new AtomicReference<>("http://" + store.host() + "/there");
            try (FakeRegistry registry = new FakeRegistry(x -> {
                if (!BASIC.equals(x.getRequestHeaders().getFirst("Authorization"))) {
                    send(x, 401, "", "WWW-Authenticate", "Basic realm=\"r\"");
                } else {
                    send(x, 307, "", "Location", String.valueOf(to.get()));
                }
            })) {
                try (InputStream in = repository(registry, Access.PULL, ADA).blob(BLOB, "content".length())) {
                    assertEquals("content", new String(in.readAllBytes(), StandardCharsets.UTF_8));
                }
                assertEquals(List.of("GET /there"), store.asked);
            }
        }
    }

    @Test
    void wrongCredentialsAreRefusedWithTheRegistrysWords() {
        try (FakeRegistry registry = new FakeRegistry(x -> send(
                x,
                401,
                "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"not you\"}]}",
                "WWW-Authenticate",
                "Basic realm=\"r\""))) {
            EngineException e = assertThrows(EngineException.class, () -> repository(registry, Access.PULL, ADA)
                    .tags());
            assertEquals(EngineException.Kind.FORBIDDEN, e.kind());
            assertTrue(e.message().contains("not you") && e.message().contains(registry.host()), e.message());
        }
    }

    @Test
    void aBrokenBlobGoesOnAtTheSameByte() throws IOException {
        byte[] content = "0123456789".repeat(10_000).getBytes(StandardCharsets.UTF_8);
        AtomicInteger requests = new AtomicInteger();
        try (FakeRegistry registry = new FakeRegistry(x -> {
            String range = x.getRequestHeaders().getFirst("Range");
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            if (from > 0) {
                x.getResponseHeaders()
                        .add("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
            }
            x.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
            int most = requests.incrementAndGet() < 4 ? 30_000 : content.length;
            x.getResponseBody().write(content, from, Math.min(most, content.length - from));
            x.getResponseBody().flush();
        })) {
            try (InputStream in = repository(registry, Access.PULL, ADA).blob(BLOB, content.length)) {
                assertArrayEquals(content, in.readAllBytes());
            }
            assertEquals(4, requests.get());
        }
    }

    @Test
    void aRegistryThatStallsHasFailed() {
        CountDownLatch over = new CountDownLatch(1);
        try (FakeRegistry registry = new FakeRegistry(x -> {
            if (x.getRequestURI().getPath().contains("blobs")) {
                x.sendResponseHeaders(200, 100);
                x.getResponseBody().write(new byte[10]);
                x.getResponseBody().flush();
            }
            await(over);
        })) {
            RegistryRepository r =
                    registries(List.of(), 1, registry.host()).repository(registry.host(), "a/b", Access.PULL, ADA);
            IOException e = assertThrows(IOException.class, () -> {
                try (InputStream in = r.blob(BLOB, 100)) {
                    in.readAllBytes();
                }
            });
            assertTrue(String.valueOf(e.getMessage()).contains("nothing came for 1 s"), e.toString());
            EngineException silent = assertThrows(EngineException.class, r::tags);
            assertEquals(EngineException.Kind.UNAVAILABLE, silent.kind());
            assertTrue(silent.message().contains("said nothing for 1 s"), silent.message());
        } finally {
            over.countDown();
        }
    }

    private static void await(CountDownLatch over) {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aReaderThatIsInterruptedEndsAtOnce() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        try (FakeRegistry registry = new FakeRegistry(x -> {
            x.sendResponseHeaders(200, 100);
            x.getResponseBody().flush();
            await(over);
        })) {
            RegistryRepository r = repository(registry, Access.PULL, ADA);
            CompletableFuture<Throwable> failure = new CompletableFuture<>();
            Thread reader = new Thread(() -> {
                try (InputStream in = r.blob(BLOB, 100)) {
                    begun.countDown();
                    failure.completeExceptionally(new AssertionError("it read " + in.read()));
                } catch (IOException | RuntimeException e) {
                    failure.complete(e);
                }
            });
            reader.start();
            begun.await();
            reader.interrupt();
            assertTrue(failure.get() instanceof java.io.InterruptedIOException, failure.get() + "");
        } finally {
            over.countDown();
        }
    }

    @Test
    void sizesThatDifferAreRefused() {
        try (FakeRegistry registry = new FakeRegistry(x -> {
            if (x.getRequestURI().getPath().endsWith("ab")) {
                send(x, 200, "content");
            } else {
                // without a length
                x.sendResponseHeaders(200, 0);
                x.getResponseBody().write("much more content".getBytes(StandardCharsets.UTF_8));
            }
        })) {
            RegistryRepository r = repository(registry, Access.PULL, ADA);
            EngineException said =
                    assertThrows(EngineException.class, () -> r.blob(BLOB, 3).close());
            assertTrue(said.message().contains("7 bytes, its descriptor 3"), said.message());
            EngineException sent = assertThrows(EngineException.class, () -> {
                try (InputStream in = r.blob("sha256:" + "cd".repeat(32), 3)) {
                    in.readAllBytes();
                }
            });
            assertTrue(sent.message().contains("more than the 3 bytes"), sent.message());
        }
    }

    @Test
    void aManifestThatIsNotWhatItsDigestSaysIsRefused() {
        try (FakeRegistry registry = new FakeRegistry(x -> send(x, 200, "{}"))) {
            EngineException e = assertThrows(EngineException.class, () -> repository(registry, Access.PULL, ADA)
                    .manifest(BLOB, 1000));
            assertTrue(e.message().contains("has the digest " + Digest.of("{}".getBytes(StandardCharsets.UTF_8))));
        }
    }

    @Test
    void aFailureThatPassesIsTriedAgain() {
        AtomicInteger requests = new AtomicInteger();
        try (FakeRegistry registry = new FakeRegistry(x -> {
            if (x.getRequestURI().getPath().contains("tags")) {
                send(x, requests.incrementAndGet() < 3 ? 503 : 200, "{\"tags\":[]}");
            }
        })) {
            assertEquals(List.of(), repository(registry, Access.PULL, ADA).tags());
            assertEquals(3, requests.get());
        }
    }

    @Test
    void tagsComeInPages() {
        try (FakeRegistry registry = new FakeRegistry(x -> {
            if (x.getRequestURI().getQuery() == null) {
                send(x, 200, "{\"tags\":[\"a\"]}", "Link", "</v2/a/b/tags/list?last=a&n=1>; rel=\"next\"");
            } else {
                send(x, 200, "{\"tags\":[\"b\"]}");
            }
        })) {
            assertEquals(
                    List.of("a", "b"), repository(registry, Access.PULL, ADA).tags());
        }
    }

    @Test
    void aBlobIsSentWithItsLengthAndAgainAfterAFailure() throws IOException {
        byte[] content = new byte[200_000];
        AtomicInteger puts = new AtomicInteger();
        AtomicInteger received = new AtomicInteger();
        try (FakeRegistry registry = new FakeRegistry(x -> {
            switch (x.getRequestMethod()) {
                case "HEAD" -> send(x, 404, "");
                case "POST" ->
                    send(
                            x,
                            202,
                            "",
                            "Location",
                            x.getRequestURI().getQuery() == null ? "/upload/7?state=x" : "/unused");
                default -> {
                    received.set(x.getRequestBody().readAllBytes().length);
                    send(x, puts.incrementAndGet() < 2 ? 500 : 201, "");
                }
            }
        })) {
            RegistryRepository r = repository(registry, Access.PUSH, ADA);
            assertEquals(
                    RegistryRepository.Sent.SENT,
                    r.send(
                            BLOB,
                            content.length,
                            () -> new ByteArrayInputStream(content),
                            List.of("other"),
                            bytes -> {}));
            assertEquals(content.length, received.get());
            assertEquals(2, puts.get());
            assertTrue(registry.asked.contains("POST /v2/a/b/blobs/uploads/?mount=" + BLOB + "&from=other"));
            assertTrue(registry.asked.contains("PUT /upload/7?state=x&digest=" + BLOB));
        }
    }

    @Test
    void aMirrorIsAskedFirstWithoutCredentialsAndPassedOver() {
        try (FakeRegistry mirror = new FakeRegistry(x -> send(x, 404, ""));
                FakeRegistry second = new FakeRegistry(x -> send(x, 200, "{\"tags\":[\"m\"]}"))) {
            List<URI> mirrors =
                    List.of(URI.create("http://" + mirror.host() + "/"), URI.create("http://" + second.host() + "/"));
            RegistryRepository r = registries(mirrors, 1).repository("docker.io", "library/x", Access.PULL, ADA);
            assertEquals(List.of("m"), r.tags());
            assertEquals(List.of("GET /v2/library/x/tags/list"), mirror.asked);
            assertEquals(List.of("GET /v2/library/x/tags/list"), second.asked);
        }
    }

    @Test
    void loginsAreKeptForRootOnlyAndForgotten() throws IOException {
        try (FakeRegistry registry = new FakeRegistry(x -> {
            if (BASIC.equals(x.getRequestHeaders().getFirst("Authorization"))) {
                send(x, 200, "{\"tags\":[]}");
            } else {
                send(x, 401, "", "WWW-Authenticate", "Basic realm=\"r\"");
            }
        })) {
            RegistriesComponent registries = registries(List.of(), 1, registry.host());
            assertThrows(
                    EngineException.class, () -> registries.login(registry.host(), RegistryAuth.basic("ada", "wrong")));
            Path file = directory.resolve("registry/auth.json");
            assertFalse(Files.exists(file));
            registries.login("http://" + registry.host() + "/v2/", ADA);
            assertEquals(
                    "rw-------",
                    java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            assertEquals(
                    List.of(),
                    registries(List.of(), 1)
                            .repository(registry.host(), "a/b", Access.PULL, null)
                            .tags());
            assertTrue(registries.logout(registry.host()));
            assertFalse(registries.logout(registry.host()));
        }
    }

    @Test
    void aTokenServerWithoutTlsGetsNoCredentials() {
        try (FakeRegistry registry = new FakeRegistry(x -> requireToken(x, "t", "http://elsewhere.example/token"))) {
            EngineException e = assertThrows(EngineException.class, () -> repository(registry, Access.PULL, ADA)
                    .tags());
            assertTrue(e.message().contains("http://elsewhere.example/token"), e.message());
        }
    }
}
