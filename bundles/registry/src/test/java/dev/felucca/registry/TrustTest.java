package dev.felucca.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.felucca.api.EngineException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS to a host of a name that is not this host's, with a certificate that nobody knows. */
class TrustTest {
    private static final String NAME = "reg.example";
    private static final String AUTHORITY = NAME + ":5000";
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private HttpsServer server;

    @BeforeEach
    void serve() throws Exception {
        key("server", "-ext", "san=dns:" + NAME);
        key("client");
        KeyStore keys = store("server");
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        TrustManagerFactory clients = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore known = KeyStore.getInstance("PKCS12");
        known.load(null, null);
        known.setCertificateEntry("client", store("client").getCertificate("client"));
        clients.init(known);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), clients.getTrustManagers(), null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters p = context.getDefaultSSLParameters();
                p.setWantClientAuth(true);
                parameters.setSSLParameters(p);
            }
        });
        server.setExecutor(threads);
        server.createContext("/", x -> FakeRegistry.send(x, 200, "served"));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void key(String name, String... more) throws Exception {
        keytool(name, "-genkeypair", List.of(more), "-keyalg", "EC", "-dname", "CN=" + name);
    }

    private void keytool(String name, String command, List<String> more, String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
                command,
                "-alias",
                name,
                "-keystore",
                directory.resolve(name + ".p12").toString(),
                "-storepass",
                String.valueOf(PASSWORD)));
        words.addAll(List.of(options));
        words.addAll(more);
        Process p = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, p.waitFor(), said);
    }

    private KeyStore store(String name) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(directory.resolve(name + ".p12"))) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    private Path certificates() throws Exception {
        return Files.createDirectories(directory.resolve("certs").resolve(AUTHORITY));
    }

    private SSLContext context(String... insecure) {
        return Trust.context(
                new Settings(
                        List.of(),
                        Insecure.parse(List.of(insecure)),
                        directory.resolve("certs"),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(5),
                        1),
                AUTHORITY);
    }

    /** Whom the server and the client take each other for. */
    private String handshake(SSLContext context) throws Exception {
        try (Socket plain = new Socket(
                        InetAddress.getLoopbackAddress(), server.getAddress().getPort());
                SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, NAME, 5000, true)) {
            SSLParameters p = socket.getSSLParameters();
            p.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(p);
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: reg.example\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            StringBuilder answer = new StringBuilder();
            for (int b = socket.getInputStream().read();
                    b >= 0;
                    b = socket.getInputStream().read()) {
                answer.append((char) b);
                if (answer.toString().endsWith("served")) {
                    break; // the server keeps the connection for a while
                }
            }
            assertTrue(answer.toString().endsWith("served"), answer.toString());
            return socket.getSession().getLocalCertificates() == null ? "anonymous" : "client";
        }
    }

    @Test
    void anUnknownAuthorityIsRefusedUnlessItIsInItsDirectoryOrInsecure() throws Exception {
        assertThrows(SSLException.class, () -> handshake(context()));
        assertEquals("anonymous", handshake(context(NAME)));
        keytool(
                "server",
                "-exportcert",
                List.of(),
                "-rfc",
                "-file",
                certificates().resolve("ca.crt").toString());
        assertEquals("anonymous", handshake(context()));
    }

    @Test
    void aClientsKeyIsUsedAndAKeyOfAnotherFormRefused() throws Exception {
        keytool(
                "server",
                "-exportcert",
                List.of(),
                "-rfc",
                "-file",
                certificates().resolve("ca.crt").toString());
        keytool(
                "client",
                "-exportcert",
                List.of(),
                "-rfc",
                "-file",
                certificates().resolve("me.cert").toString());
        byte[] key = store("client").getKey("client", PASSWORD).getEncoded();
        Path pem = certificates().resolve("me.key");
        Files.writeString(
                pem,
                "-----BEGIN PRIVATE KEY-----\n"
                        + java.util.Base64.getMimeEncoder().encodeToString(key)
                        + "\n-----END PRIVATE KEY-----\n");
        assertEquals("client", handshake(context()));
        Files.writeString(pem, "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");
        EngineException e = assertThrows(EngineException.class, this::context);
        assertTrue(e.message().contains("openssl pkcs8 -topk8"), e.message());
    }
}
