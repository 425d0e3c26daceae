package dev.felucca.registry;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which registries need no TLS that can be trusted: those that the configuration names, and this host itself. */
record Insecure(Set<String> names, List<Network> networks) {

    record Network(InetAddress address, int bits) {
        boolean contains(InetAddress other) {
            int size = address.getAddress().length * 8;
            if (other.getAddress().length * 8 != size) {
                return false;
            }
            int shift = size - bits;
            return new BigInteger(1, address.getAddress())
                    .shiftRight(shift)
                    .equals(new BigInteger(1, other.getAddress()).shiftRight(shift));
        }
    }

    static Insecure parse(List<String> entries) {
        Set<String> names = new HashSet<>();
        List<Network> networks = new ArrayList<>();
        for (String entry : entries) {
            if (entry.contains("://")) {
                throw Settings.wrong("insecure", "\"" + entry + "\": write the host, without a scheme");
            }
            int slash = entry.indexOf('/');
            if (slash < 0) {
                names.add(entry.toLowerCase(Locale.ROOT));
            } else {
                networks.add(network(entry, slash));
            }
        }
        return new Insecure(names, networks);
    }

    private static Network network(String entry, int slash) {
        String address = entry.substring(0, slash);
        try {
            int bits = Integer.parseInt(entry.substring(slash + 1));
            if (address.matches("[0-9.]+|[0-9a-fA-F:.]+")) {
                InetAddress parsed = InetAddress.getByName(address);
                if (bits >= 0 && bits <= parsed.getAddress().length * 8) {
                    return new Network(parsed, bits);
                }
            }
        } catch (NumberFormatException | UnknownHostException e) {
            throw Settings.wrong("insecure", "\"" + entry + "\" is no network: " + e.getMessage());
        }
        throw Settings.wrong("insecure", "\"" + entry + "\" is no network such as 10.0.0.0/8");
    }

    /**
     * Names are looked up only if networks are configured.
     *
     * @param domain host, perhaps with a port
     */
    boolean covers(String domain) {
        String lower = domain.toLowerCase(Locale.ROOT);
        String host = host(lower);
        if (names.contains(lower) || names.contains(host) || host.equals("localhost")) {
            return true;
        }
        boolean literal = host.matches("[0-9.]+") || host.contains(":");
        if (!literal && networks.isEmpty()) {
            return false;
        }
        try {
            for (InetAddress a : InetAddress.getAllByName(host)) {
                if ((literal && a.isLoopbackAddress()) || networks.stream().anyMatch(n -> n.contains(a))) {
                    return true;
                }
            }
        } catch (UnknownHostException e) {
            // The connection that follows says so.
            return false;
        }
        return false;
    }

    private static String host(String domain) {
        if (domain.startsWith("[")) {
            return domain.substring(1, domain.indexOf(']'));
        }
        int colon = domain.indexOf(':');
        return colon < 0 ? domain : domain.substring(0, colon);
    }
}
