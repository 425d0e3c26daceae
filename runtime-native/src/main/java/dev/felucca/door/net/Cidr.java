package dev.felucca.door.net;

import dev.felucca.api.EngineException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** An address with the length of its network's prefix, as {@code 172.18.0.2/16}; IPv4 or IPv6. */
public record Cidr(InetAddress address, int prefix) {
    public Cidr {
        if (prefix < 0 || prefix > address.getAddress().length * 8) {
            throw EngineException.invalid("prefix length " + prefix + " of " + address.getHostAddress()
                    + " is outside 0.." + address.getAddress().length * 8);
        }
    }

    /** INVALID unless it is a literal address and a prefix length. */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        if (slash > 0 && text.matches("[0-9a-fA-F:.]+/[0-9]{1,3}")) {
            try {
                return new Cidr(
                        InetAddress.getByName(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
            } catch (UnknownHostException e) {
                throw EngineException.invalid("\"" + text + "\" is no address with a prefix length: " + e.getMessage());
            }
        }
        throw EngineException.invalid("\"" + text + "\" is no address with a prefix length, such as 10.1.0.0/16");
    }

    /** The first address of the network. */
    public byte[] first() {
        byte[] a = address.getAddress();
        BigInteger size = BigInteger.ONE.shiftLeft(a.length * 8 - prefix);
        BigInteger n = new BigInteger(1, a);
        return bytes(n.subtract(n.mod(size)), a.length);
    }

    /** The address after the network's last. */
    public byte[] end() {
        byte[] a = address.getAddress();
        return bytes(new BigInteger(1, first()).add(BigInteger.ONE.shiftLeft(a.length * 8 - prefix)), a.length);
    }

    private static byte[] bytes(BigInteger n, int length) {
        byte[] all = n.toByteArray();
        byte[] out = new byte[length];
        for (int i = 1; i <= Math.min(length, all.length); i++) {
            out[length - i] = all[all.length - i];
        }
        return out;
    }

    boolean isV6() {
        return address.getAddress().length == 16;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefix;
    }
}
