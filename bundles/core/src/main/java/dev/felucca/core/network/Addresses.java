package dev.felucca.core.network;

import dev.felucca.api.EngineException;
import dev.felucca.api.network.NetworkInfo;
import dev.felucca.api.network.NetworkInfo.Subnet;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which container has which address of a network. Lives as long as the runs do; taken up again from their records. */
final class Addresses {
    private final Map<BigInteger, String> holders = new HashMap<>();
    /** Where to look first: an address that was given back rests until its turn comes, since neighbours may remember it. */
    private final Map<Prefix, BigInteger> next = new HashMap<>();

    /**
     * The next free address of the range, or the one that is wanted.
     *
     * @throws EngineException CONFLICT if it is taken or none is left, INVALID if it is outside the subnet
     */
    synchronized String take(NetworkInfo network, Subnet subnet, @Nullable String wanted, String containerId) {
        Prefix all = Prefix.parse("subnet", subnet.subnet());
        BigInteger gateway = Prefix.number(Prefix.address("gateway", subnet.gateway()));
        BigInteger last = all.end().subtract(BigInteger.ONE);
        if (wanted != null) {
            BigInteger address = Prefix.number(Prefix.address("address", wanted));
            if (!all.contains(address) || address.equals(all.first())) {
                throw EngineException.invalid("invalid address " + wanted + ": it does not belong to subnet "
                        + subnet.subnet() + " of network " + network.name());
            }
            String holder = address.equals(gateway) ? "the network's gateway" : holders.get(address);
            if (holder != null) {
                throw EngineException.conflict("address " + wanted + " of network " + network.name() + " is in use by "
                        + (holder.length() == 64 ? "container " + holder.substring(0, 12) : holder));
            }
            holders.put(address, containerId);
            return all.text(address);
        }
        Prefix range = Prefix.parse("range", subnet.range());
        BigInteger start = next.getOrDefault(range, range.first());
        BigInteger a = start;
        do {
            boolean special = a.equals(all.first()) || a.equals(gateway) || (!all.isV6() && a.equals(last));
            BigInteger after = a.add(BigInteger.ONE);
            after = after.equals(range.end()) ? range.first() : after;
            if (!special && holders.putIfAbsent(a, containerId) == null) {
                next.put(range, after);
                return all.text(a);
            }
            a = after;
        } while (!a.equals(start));
        throw EngineException.conflict("no address is left in " + subnet.range() + " of network " + network.name()
                + ": " + holders.size() + " are in use");
    }

    /** @param address with or without a prefix length */
    synchronized void register(String address, String containerId) {
        holders.put(number(address), containerId);
    }

    synchronized void release(String address, String containerId) {
        holders.remove(number(address), containerId);
    }

    private static BigInteger number(String address) {
        int slash = address.indexOf('/');
        return Prefix.number(Prefix.address("address", slash < 0 ? address : address.substring(0, slash)));
    }
}
