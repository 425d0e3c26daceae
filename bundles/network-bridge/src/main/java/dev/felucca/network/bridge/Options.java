package dev.felucca.network.bridge;

import dev.felucca.api.EngineException;
import dev.felucca.api.network.NetworkInfo;
import java.util.Map;

/**
 * A network's options, under docker's names.
 *
 * @param containersTalk whether containers on the network reach each other
 * @param masquerade whether what leaves the host has the host's address
 * @param mtu of its devices, in bytes
 */
record Options(boolean containersTalk, boolean masquerade, int mtu) {
    private static final String PREFIX = "com.docker.network.";
    private static final String ICC = PREFIX + "bridge.enable_icc";
    private static final String MASQUERADE = PREFIX + "bridge.enable_ip_masquerade";
    private static final String MTU = PREFIX + "driver.mtu";
    /** IPv6 needs 1280 (RFC 8200 section 5), IPv4 only 68. */
    private static final int MTU_MIN = 68;

    private static final int MTU_MAX = 65_535;
    private static final int MTU_DEFAULT = 1500;

    /** INVALID or UNSUPPORTED, with the option's name. */
    static Options of(NetworkInfo network) {
        Map<String, String> o = network.options();
        for (String key : o.keySet()) {
            if (!key.equals(ICC) && !key.equals(MASQUERADE) && !key.equals(MTU) && !key.equals(Names.BRIDGE_NAME)) {
                throw EngineException.unsupported("network " + network.name() + ": not supported: option " + key
                        + "; known are " + String.join(", ", ICC, MASQUERADE, MTU, Names.BRIDGE_NAME));
            }
        }
        return new Options(truth(o, ICC), truth(o, MASQUERADE), mtu(o.get(MTU)));
    }

    private static boolean truth(Map<String, String> options, String key) {
        String v = options.getOrDefault(key, "true");
        if (!v.equals("true") && !v.equals("false")) {
            throw EngineException.invalid("network option " + key + "=" + v + ": give true or false");
        }
        return v.equals("true");
    }

    private static int mtu(@org.jspecify.annotations.Nullable String text) {
        if (text == null || text.equals("0")) {
            return MTU_DEFAULT;
        }
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) < MTU_MIN || Integer.parseInt(text) > MTU_MAX) {
            throw EngineException.invalid(
                    "network option " + MTU + "=" + text + ": give " + MTU_MIN + " to " + MTU_MAX + " bytes");
        }
        return Integer.parseInt(text);
    }
}
