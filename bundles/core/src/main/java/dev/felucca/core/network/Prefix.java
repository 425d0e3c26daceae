package dev.felucca.core.network;

import dev.felucca.api.EngineException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A range of IP addresses by prefix, IPv4 or IPv6.
 *
 * @param first its first address as a number
 * @param bits of an address: 32 or 128
 */
record Prefix(BigInteger first, int prefix, int bits) {
    /**
     * @param what it is, for messages: {@code subnet}
     * @param text as {@code 10.1.0.0/16}; bits after the prefix are INVALID
     */
    static Prefix parse(String what, String text) {
        int slash = text.indexOf('/');
        if (slash < 1 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
            throw EngineException.invalid(
                    "invalid " + what + " \"" + text + "\": give an address and a prefix length, such as 10.1.0.0/16");
        }
        byte[] address = address(what, text.substring(0, slash));
        int prefix = Integer.parseInt(text.substring(slash + 1));
        int bits = address.length * 8;
        if (prefix > bits) {
            throw EngineException.invalid(
                    "invalid " + what + " \"" + text + "\": a prefix has at most " + bits + " bits");
        }
        Prefix s = new Prefix(new BigInteger(1, address), prefix, bits);
        if (s.first.mod(s.size()).signum() != 0) {
            throw EngineException.invalid(
                    "invalid " + what + " \"" + text + "\": it has bits set after the prefix; did you mean "
                            + new Prefix(s.first.subtract(s.first.mod(s.size())), prefix, bits) + "?");
        }
        return s;
    }

    /** A literal address; a name is INVALID and never looked up. */
    static byte[] address(String what, String literal) {
        if (literal.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}") || literal.matches("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            try {
                return InetAddress.getByName(literal).getAddress();
            } catch (UnknownHostException e) {
                throw EngineException.invalid("invalid " + what + " \"" + literal + "\": no IP address");
            }
        }
        throw EngineException.invalid("invalid " + what + " \"" + literal + "\": no IP address");
    }

    static BigInteger number(byte[] address) {
        return new BigInteger(1, address);
    }

    BigInteger size() {
        return BigInteger.ONE.shiftLeft(bits - prefix);
    }

    /** The first number after it. */
    BigInteger end() {
        return first.add(size());
    }

    boolean isV6() {
        return bits == 128;
    }

    boolean overlaps(Prefix other) {
        return bits == other.bits && first.compareTo(other.end()) < 0 && other.first.compareTo(end()) < 0;
    }

    boolean contains(BigInteger address) {
        return address.compareTo(first) >= 0 && address.compareTo(end()) < 0;
    }

    /** In words of the family. */
    String text(BigInteger address) {
        byte[] all = address.toByteArray();
        byte[] bytes = new byte[bits / 8];
        for (int i = 1; i <= Math.min(bytes.length, all.length); i++) {
            bytes[bytes.length - i] = all[all.length - i];
        }
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            throw EngineException.internal("an address of " + bytes.length + " bytes", e);
        }
    }

    @Override
    public String toString() {
        return text(first) + "/" + prefix;
    }
}
