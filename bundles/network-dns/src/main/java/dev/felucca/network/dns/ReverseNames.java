package dev.felucca.network.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;

/** Names of addresses: {@code 2.0.18.172.in-addr.arpa} (RFC 1035 section 3.5) and 32 digits in {@code ip6.arpa} (RFC 3596). */
final class ReverseNames {
    private static final String V4 = ".in-addr.arpa";
    private static final String V6 = ".ip6.arpa";

    private ReverseNames() {}

    static Optional<InetAddress> address(String name) {
        String n = name.toLowerCase(Locale.ROOT);
        if (n.endsWith(V4)) {
            return bytes(n.substring(0, n.length() - V4.length()), 4, 10, 255);
        }
        if (n.endsWith(V6)) {
            return bytes(n.substring(0, n.length() - V6.length()), 32, 16, 15);
        }
        return Optional.empty();
    }

    private static Optional<InetAddress> bytes(String text, int count, int radix, int highest) {
        String[] labels = text.split("\\.", -1);
        if (labels.length != count) {
            return Optional.empty();
        }
        byte[] address = new byte[count == 4 ? 4 : 16];
        for (int i = 0; i < count; i++) {
            String label = labels[count - 1 - i];
            if (!label.matches("[0-9a-f]{1,3}") || (radix == 10 && !label.matches("[0-9]+"))) {
                return Optional.empty();
            }
            int value = Integer.parseInt(label, radix);
            if (value > highest) {
                return Optional.empty();
            }
            if (count == 4) {
                address[i] = (byte) value;
            } else {
                address[i / 2] |= (byte) (i % 2 == 0 ? value << 4 : value);
            }
        }
        try {
            return Optional.of(InetAddress.getByAddress(address));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // it has 4 or 16 bytes
        }
    }
}
