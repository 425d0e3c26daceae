package dev.felucca.core.network;

import dev.felucca.api.network.Endpoint;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names of connected containers, network by network. Thread-safe; looking up costs the same with any number of them. */
public final class NameBook {
    private static final class Page {
        final Map<String, List<Endpoint>> byName = new HashMap<>();
        final Map<BigInteger, Entry> byAddress = new HashMap<>();
        final Map<String, Entry> byContainer = new HashMap<>();
    }

    private record Entry(Endpoint endpoint, String mainName, Set<String> names) {}

    private final Map<String, Page> pages = new HashMap<>();

    /**
     * Enters an endpoint, in place of the container's earlier one on that network.
     *
     * @param mainName what a reverse lookup tells
     * @param others more names
     */
    public synchronized void enter(Endpoint e, String mainName, Collection<String> others) {
        remove(e.networkId(), e.containerId());
        Set<String> names = new HashSet<>();
        names.add(mainName.toLowerCase(Locale.ROOT));
        others.forEach(n -> names.add(n.toLowerCase(Locale.ROOT)));
        Page page = pages.computeIfAbsent(e.networkId(), id -> new Page());
        Entry entry = new Entry(e, mainName, names);
        page.byContainer.put(e.containerId(), entry);
        names.forEach(
                n -> page.byName.computeIfAbsent(n, k -> new ArrayList<>()).add(e));
        page.byAddress.put(number(e.ipv4()), entry);
        if (e.ipv6() != null) {
            page.byAddress.put(number(e.ipv6()), entry);
        }
    }

    public synchronized void remove(String networkId, String containerId) {
        Page page = pages.get(networkId);
        Entry old = page == null ? null : page.byContainer.remove(containerId);
        if (page == null || old == null) {
            return;
        }
        for (String n : old.names()) {
            page.byName.computeIfPresent(n, (k, list) -> {
                list.remove(old.endpoint());
                return list.isEmpty() ? null : list;
            });
        }
        page.byAddress.remove(number(old.endpoint().ipv4()), old);
        if (old.endpoint().ipv6() != null) {
            page.byAddress.remove(number(old.endpoint().ipv6()), old);
        }
        if (page.byContainer.isEmpty()) {
            pages.remove(networkId);
        }
    }

    /** @param name in lower case; empty if nobody has it */
    public synchronized List<Endpoint> named(String networkId, String name) {
        Page page = pages.get(networkId);
        return page == null ? List.of() : List.copyOf(page.byName.getOrDefault(name, List.of()));
    }

    @Nullable
    public synchronized Endpoint of(String networkId, String containerId) {
        Page page = pages.get(networkId);
        Entry entry = page == null ? null : page.byContainer.get(containerId);
        return entry == null ? null : entry.endpoint();
    }

    /** The main name of who has the address, or null. */
    @Nullable
    public synchronized String at(String networkId, byte[] address) {
        Page page = pages.get(networkId);
        Entry entry = page == null ? null : page.byAddress.get(Prefix.number(address));
        return entry == null ? null : entry.mainName();
    }

    private static BigInteger number(String cidr) {
        return Prefix.number(Prefix.address("address", cidr.substring(0, cidr.indexOf('/'))));
    }
}
