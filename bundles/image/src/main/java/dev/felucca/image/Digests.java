package dev.felucca.image;

import dev.felucca.api.EngineException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/** Content digests, written {@code sha256:<64 hex digits>} (OCI image spec, descriptor.md). The store keeps sha256 only. */
final class Digests {
    static final String PREFIX = "sha256:";
    private static final Pattern SHA256 = Pattern.compile("sha256:[0-9a-f]{64}");

    private Digests() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw EngineException.internal("this Java has no SHA-256", e);
        }
    }

    static String of(byte[] content) {
        return name(sha256().digest(content));
    }

    static String name(byte[] hash) {
        return PREFIX + HexFormat.of().formatHex(hash);
    }

    static boolean isSha256(String digest) {
        return SHA256.matcher(digest).matches();
    }

    /**
     * @param what whose digest it is, for the message
     */
    static String require(String digest, String what) {
        if (!isSha256(digest)) {
            throw EngineException.invalid(what + " has the digest \"" + digest
                    + "\"; only sha256: with 64 lower-case hex digits is supported");
        }
        return digest;
    }

    static String hex(String digest) {
        return digest.substring(PREFIX.length());
    }

    /** Twelve digits, as docker shows ids. */
    static String brief(String digest) {
        String hex = digest.startsWith(PREFIX) ? hex(digest) : digest;
        return hex.length() > 12 ? hex.substring(0, 12) : hex;
    }

    /** Chain ids of layers, bottom first (OCI image spec, config.md, "Layer ChainID"). */
    static List<String> chain(List<String> diffIds) {
        String[] chain = new String[diffIds.size()];
        for (int i = 0; i < chain.length; i++) {
            String diff = diffIds.get(i);
            chain[i] = i == 0
                    ? diff
                    : of((chain[i - 1] + " " + diff).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
        return List.of(chain);
    }
}
