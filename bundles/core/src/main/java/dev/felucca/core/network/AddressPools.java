package dev.felucca.core.network;

import dev.felucca.api.EngineException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Where subnets come from when the user names none: configured ranges, less what the host routes already. */
final class AddressPools {
    private static final Path ROUTES = Path.of("/proc/net/route");
    private static final int DESTINATION = 1;
    private static final int MASK = 7;

    private AddressPools() {}

    /**
     * The first free subnet.
     *
     * @param pools as {@code 172.16.0.0/12,16}: a range, and the prefix length of the subnets that are cut from it
     * @param taken other networks'
     * @throws EngineException CONFLICT if all are taken
     */
    static Prefix choose(List<String> pools, Collection<Prefix> taken) {
        List<Prefix> used = new ArrayList<>(taken);
        used.addAll(routes());
        for (String pool : pools) {
            int comma = pool.indexOf(',');
            if (comma < 0 || !pool.substring(comma + 1).matches("[0-9]{1,3}")) {
                throw EngineException.invalid(
                        "invalid address pool \"" + pool + "\": give RANGE,LENGTH such as 172.16.0.0/12,16");
            }
            Prefix range = Prefix.parse("address pool", pool.substring(0, comma));
            int length = Integer.parseInt(pool.substring(comma + 1));
            if (length < range.prefix() || length > range.bits() - 2) {
                throw EngineException.invalid("invalid address pool \"" + pool + "\": subnets of /" + length
                        + " cannot be cut from " + range);
            }
            for (BigInteger at = range.first(); at.compareTo(range.end()) < 0; ) {
                Prefix candidate = new Prefix(at, length, range.bits());
                if (used.stream().noneMatch(candidate::overlaps)) {
                    return candidate;
                }
                at = candidate.end();
            }
        }
        throw EngineException.conflict(
                "all subnets of the address pools are in use, by networks or by routes of this host;"
                        + " give one with --subnet, or more pools (core.address_pools in felucca.json)");
    }

    /** The host's IPv4 routes (proc(5), /proc/net/route: little-endian hexadecimal), without the default route. */
    private static List<Prefix> routes() {
        List<Prefix> found = new ArrayList<>();
        try {
            List<String> lines = Files.readAllLines(ROUTES);
            for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
                String[] f = line.split("\t", -1);
                int mask = Integer.reverseBytes(Integer.parseUnsignedInt(f[MASK].strip(), 16));
                long to = Integer.reverseBytes(Integer.parseUnsignedInt(f[DESTINATION], 16)) & 0xFFFFFFFFL;
                if (mask != 0) {
                    found.add(new Prefix(BigInteger.valueOf(to), Integer.bitCount(mask), 32));
                }
            }
            return found;
        } catch (NoSuchFileException e) {
            return found;
        } catch (IOException e) {
            throw EngineException.internal("cannot read " + ROUTES + ": " + e.getMessage(), e);
        }
    }
}
