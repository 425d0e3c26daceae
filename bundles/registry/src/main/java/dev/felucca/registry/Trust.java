package dev.felucca.registry;

import dev.felucca.api.EngineException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** TLS as docker sets it up: the host's authorities and those of {@code certs.d/<host:port>}, with a client's key if there is one. */
final class Trust {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private Trust() {}

    static SSLContext context(Settings settings, String authority) {
        Path directory = settings.certificates().resolve(authority);
        try {
            KeyManagerFactory keys = null;
            TrustManager[] trusted = settings.insecure().covers(authority)
                    ? new TrustManager[] {new TrustAll()}
                    : authorities(files(directory, ".crt"));
            List<Path> certificates = files(directory, ".cert");
            if (!certificates.isEmpty()) {
                keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                keys.init(clientKeys(certificates), new char[0]);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys == null ? null : keys.getKeyManagers(), trusted, null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID,
                    "the certificates for " + authority + " in " + directory + " cannot be used: " + e.getMessage(),
                    e);
        }
    }

    private static List<Path> files(Path directory, String suffix) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var all = Files.list(directory)) {
            return all.filter(p -> p.toString().endsWith(suffix)).sorted().toList();
        }
    }

    private static TrustManager[] authorities(List<Path> more) throws IOException, GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        if (more.isEmpty()) {
            return factory.getTrustManagers();
        }
        KeyStore all = empty();
        for (TrustManager t : factory.getTrustManagers()) {
            if (t instanceof X509TrustManager x) {
                for (X509Certificate c : x.getAcceptedIssuers()) {
                    all.setCertificateEntry("host" + all.size(), c);
                }
            }
        }
        for (Path file : more) {
            for (Certificate c : certificates(file)) {
                all.setCertificateEntry("own" + all.size(), c);
            }
        }
        factory.init(all);
        return factory.getTrustManagers();
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws IOException, GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
    }

    private static KeyStore clientKeys(List<Path> certificates) throws IOException, GeneralSecurityException {
        KeyStore store = empty();
        for (Path file : certificates) {
            String name = file.toString();
            Path key = Path.of(name.substring(0, name.length() - ".cert".length()) + ".key");
            store.setKeyEntry(name, key(key), new char[0], certificates(file).toArray(Certificate[]::new));
        }
        return store;
    }

    private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
        Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new InvalidKeySpecException(file
                    + " holds no PKCS#8 key; openssl pkcs8 -topk8 -nocrypt -in KEY -out KEY.pk8 makes one of others");
        }
        PKCS8EncodedKeySpec spec =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
        InvalidKeySpecException failure = new InvalidKeySpecException(file + " is neither an RSA nor an EC key");
        for (String algorithm : List.of("RSA", "EC")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                failure.addSuppressed(e);
            }
        }
        throw failure;
    }
}
