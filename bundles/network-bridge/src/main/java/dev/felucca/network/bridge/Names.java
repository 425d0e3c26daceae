package dev.felucca.network.bridge;

import dev.felucca.api.EngineException;
import dev.felucca.api.network.Endpoint;
import dev.felucca.api.network.NetworkInfo;
import dev.felucca.door.net.RouteSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names in the kernel. Several engines may share a host: one with other roots than the default has its own table, and other
 * names.
 */
final class Names {
    /** Docker's option, so that its users need not learn another. */
    static final String BRIDGE_NAME = "com.docker.network.bridge.name";

    private static final Path DEFAULT_RUN_ROOT = Path.of("/run/felucca");
    private static final String VETH = "veth";

    private final String engine;

    Names(Path runRoot) {
        engine = runRoot.equals(DEFAULT_RUN_ROOT) ? "" : hash(runRoot.toString());
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw EngineException.internal("this Java has no SHA-256", e);
        }
    }

    /** The table of family inet. */
    String table() {
        return engine.isEmpty() ? "felucca" : "felucca-" + engine;
    }

    String bridge(NetworkInfo network) {
        String wanted = network.options().get(BRIDGE_NAME);
        if (wanted != null) {
            return wanted;
        }
        if (network.name().equals("bridge")) {
            return engine.isEmpty() ? "felucca0" : "flc" + engine;
        }
        return "br-" + network.shortId();
    }

    /** The host's end of an endpoint. */
    static String veth(Endpoint endpoint) {
        return VETH + endpoint.id().substring(0, RouteSocket.NAME_MAX - VETH.length());
    }

    static boolean isVeth(String name) {
        return name.startsWith(VETH) && name.length() == RouteSocket.NAME_MAX;
    }
}
