package dev.felucca.core.network;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.network.Endpoint;
import dev.felucca.api.network.NetworkInfo;
import dev.felucca.api.network.NetworkInfo.Subnet;
import dev.felucca.api.network.NetworkOptions;
import dev.felucca.api.network.Networks.Request;
import dev.felucca.core.store.StoreJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The networks: {@code <data root>/networks/<id>.json}, and the addresses given out in each. The network {@code bridge} is
 * recorded when it is first used; {@code host} and {@code none} are words only. Thread-safe.
 */
public final class NetworkTable {
    public static final String BRIDGE = "bridge";
    public static final String HOST = "host";
    public static final String NONE = "none";

    private static final Logger LOG = LoggerFactory.getLogger(NetworkTable.class);
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}");
    private static final int FORMAT = 1;
    private static final ObjectMapper MAPPER = StoreJson.mapper();
    private static final SecureRandom RANDOM = new SecureRandom();

    private record Stored(int formatVersion, NetworkInfo network) {}

    private final Path directory;
    private final Supplier<List<String>> pools;
    private final Map<String, NetworkInfo> byId = new ConcurrentHashMap<>();
    private final Map<String, Addresses> addresses = new ConcurrentHashMap<>();

    /** @param pools see {@link AddressPools}, as they are configured now */
    public NetworkTable(EngineRoots roots, Supplier<List<String>> pools) {
        directory = roots.dataRoot().resolve("networks");
        this.pools = pools;
        byId.put(fixedId(HOST), fixed(HOST, "host"));
        byId.put(fixedId(NONE), fixed(NONE, "null"));
        load();
    }

    private static String fixedId(String name) {
        return String.format("%064x", Math.abs((long) name.hashCode()));
    }

    private static NetworkInfo fixed(String name, String driver) {
        return new NetworkInfo(fixedId(name), name, driver, Instant.EPOCH, false, List.of(), Map.of(), Map.of());
    }

    private void load() {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path f : files.filter(p -> p.toString().endsWith(".json")).toList()) {
                loadOne(f);
            }
        } catch (NoSuchFileException e) {
            return; // none yet
        } catch (IOException e) {
            throw failed("read", directory, e);
        }
    }

    private void loadOne(Path file) {
        try {
            Stored stored = MAPPER.readValue(file.toFile(), Stored.class);
            if (stored.formatVersion() > FORMAT) {
                LOG.error("network {} was written by a newer engine and is left out", file);
            } else {
                byId.put(stored.network().id(), stored.network());
            }
        } catch (IOException e) {
            LOG.error("network {} cannot be read and is left out: {}", file, e.getMessage());
        }
    }

    private static EngineException failed(String what, Path path, IOException e) {
        return EngineException.internal("cannot " + what + " " + path + ": " + e.getMessage(), e);
    }

    public List<NetworkInfo> list() {
        return byId.values().stream()
                .sorted(Comparator.comparing(NetworkInfo::name))
                .toList();
    }

    /** By id, a unique prefix of it, or name. */
    public NetworkInfo get(String reference) {
        NetworkInfo exact = byId.get(reference);
        if (exact != null) {
            return exact;
        }
        Collection<NetworkInfo> all = byId.values();
        List<NetworkInfo> named =
                all.stream().filter(n -> n.name().equals(reference)).toList();
        if (named.isEmpty() && !reference.isEmpty()) {
            named = all.stream().filter(n -> n.id().startsWith(reference)).toList();
        }
        if (named.size() > 1) {
            throw EngineException.invalid("network " + reference + " is ambiguous: several ids begin so");
        }
        if (named.isEmpty()) {
            throw EngineException.notFound("network " + reference + " not found");
        }
        return named.get(0);
    }

    @Nullable
    public NetworkInfo find(String id) {
        return byId.get(id);
    }

    /** The default network, recorded if it is not yet. */
    public synchronized NetworkInfo bridge() {
        for (NetworkInfo n : byId.values()) {
            if (n.name().equals(BRIDGE)) {
                return n;
            }
        }
        NetworkInfo made = plan(new Request(BRIDGE, BRIDGE, false, List.of(), false, Map.of(), Map.of()));
        save(made);
        return made;
    }

    /** A network with subnets as asked for, and with its name reserved until it is saved or forgotten. */
    public NetworkInfo plan(Request r) {
        return plan(r, false);
    }

    /** @param withoutSubnets whether its driver gives out the addresses */
    public synchronized NetworkInfo plan(Request r, boolean withoutSubnets) {
        if (!NAME.matcher(r.name()).matches()) {
            throw EngineException.invalid(
                    "invalid network name \"" + r.name() + "\": only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        }
        if (byId.values().stream().anyMatch(n -> n.name().equals(r.name()))
                || r.name().equals("default")) {
            throw EngineException.conflict("network with name " + r.name() + " already exists");
        }
        NetworkInfo planned = new NetworkInfo(
                newId(),
                r.name(),
                r.driver() == null ? BRIDGE : r.driver(),
                Instant.now(),
                r.internal(),
                withoutSubnets ? none(r) : subnets(r),
                r.options(),
                r.labels());
        byId.put(planned.id(), planned);
        return planned;
    }

    private static List<Subnet> none(Request r) {
        if (!r.subnets().isEmpty() || r.ipv6()) {
            throw EngineException.unsupported(
                    "network " + r.name() + ": not supported: --subnet and --ipv6 with driver " + r.driver()
                            + ", which gives out the addresses itself");
        }
        return List.of();
    }

    private List<Subnet> subnets(Request r) {
        List<Prefix> taken = byId.values().stream()
                .flatMap(n -> n.subnets().stream())
                .map(s -> Prefix.parse("subnet", s.subnet()))
                .toList();
        List<Subnet> chosen = new ArrayList<>();
        boolean v4 = false;
        boolean v6 = false;
        for (Subnet s : r.subnets()) {
            Prefix p = Prefix.parse("subnet", s.subnet());
            if (p.isV6() ? v6 : v4) {
                throw EngineException.unsupported("network " + r.name() + ": not supported: two subnets of one family");
            }
            v6 |= p.isV6();
            v4 |= !p.isV6();
            for (NetworkInfo other : byId.values()) {
                if (other.subnets().stream()
                        .anyMatch(o -> Prefix.parse("subnet", o.subnet()).overlaps(p))) {
                    throw EngineException.conflict("subnet " + p + " of network " + r.name() + " overlaps with network "
                            + other.name() + "; choose another one");
                }
            }
            chosen.add(complete(p, s));
        }
        if (r.ipv6() != v6) {
            throw EngineException.invalid(
                    "network " + r.name() + ": --ipv6 needs an IPv6 --subnet, and the other way round");
        }
        if (!v4) {
            Prefix p = AddressPools.choose(pools.get(), taken);
            chosen.add(0, complete(p, new Subnet(p.toString(), "", "")));
        }
        return chosen;
    }

    private static Subnet complete(Prefix p, Subnet s) {
        if (p.bits() - p.prefix() < 2) {
            throw EngineException.invalid("subnet " + p + " is too small: it has no address for a container");
        }
        String range = s.range().isEmpty() ? p.toString() : s.range();
        Prefix r = Prefix.parse("ip-range", range);
        if (!p.contains(r.first()) || r.end().compareTo(p.end()) > 0) {
            throw EngineException.invalid("ip-range " + range + " is not inside subnet " + p);
        }
        String gateway = s.gateway().isEmpty() ? p.text(p.first().add(java.math.BigInteger.ONE)) : s.gateway();
        if (!p.contains(Prefix.number(Prefix.address("gateway", gateway)))) {
            throw EngineException.invalid("gateway " + gateway + " is not inside subnet " + p);
        }
        return new Subnet(p.toString(), range, gateway);
    }

    public static String newId() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Records a planned network. */
    public void save(NetworkInfo network) {
        Path file = directory.resolve(network.id() + ".json");
        Path temporary = directory.resolve(network.id() + ".tmp");
        try {
            Files.createDirectories(directory);
            Files.write(temporary, MAPPER.writeValueAsBytes(new Stored(FORMAT, network)));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failed("write", file, e);
        }
    }

    /** Removes the record, or gives up a plan. */
    public void forget(NetworkInfo network) {
        try {
            Files.deleteIfExists(directory.resolve(network.id() + ".json"));
        } catch (IOException e) {
            throw failed("remove", directory.resolve(network.id() + ".json"), e);
        }
        byId.remove(network.id());
        addresses.remove(network.id());
    }

    private Addresses of(String networkId) {
        return addresses.computeIfAbsent(networkId, id -> new Addresses());
    }

    /**
     * A new endpoint with addresses of its own, which are the container's until {@link #release}.
     *
     * @param withoutAddresses whether the driver gives them out; it has those that are asked for only, then
     */
    public Endpoint endpoint(
            NetworkInfo network,
            String containerId,
            String device,
            int priority,
            NetworkOptions o,
            boolean withoutAddresses) {
        return withoutAddresses
                ? made(
                        network,
                        containerId,
                        device,
                        priority,
                        o,
                        o.ipv4() == null ? "" : o.ipv4(),
                        o.ipv6(),
                        null,
                        null)
                : endpoint(network, containerId, device, priority, o);
    }

    /** As its driver does not give out addresses. */
    public Endpoint endpoint(NetworkInfo network, String containerId, String device, int priority, NetworkOptions o) {
        String ipv4 = null;
        String ipv6 = null;
        String gateway = null;
        String gatewayV6 = null;
        Addresses book = of(network.id());
        if (network.subnets().size() < (o.ipv6() == null ? 1 : 2)) {
            throw EngineException.invalid(
                    "network " + network.name() + " has no subnet for the address that is asked for");
        }
        for (Subnet s : network.subnets()) {
            Prefix p = Prefix.parse("subnet", s.subnet());
            if (p.isV6()) {
                try {
                    ipv6 = book.take(network, s, o.ipv6(), containerId) + "/" + p.prefix();
                } catch (EngineException e) {
                    if (ipv4 != null) {
                        book.release(ipv4, containerId);
                    }
                    throw e;
                }
                gatewayV6 = network.internal() ? null : s.gateway();
            } else {
                ipv4 = book.take(network, s, o.ipv4(), containerId) + "/" + p.prefix();
                gateway = network.internal() ? null : s.gateway();
            }
        }
        if (ipv4 == null) {
            throw EngineException.internal("network " + network.name() + " has no IPv4 subnet", null);
        }
        return made(network, containerId, device, priority, o, ipv4, ipv6, gateway, gatewayV6);
    }

    private static Endpoint made(
            NetworkInfo network,
            String containerId,
            String device,
            int priority,
            NetworkOptions o,
            String ipv4,
            @Nullable String ipv6,
            @Nullable String gateway,
            @Nullable String gatewayV6) {
        String own = network.subnets().isEmpty() ? "" : mac(ipv4);
        String mac = o.mac() == null ? own : o.mac();
        return new Endpoint(
                newId(),
                containerId,
                network.id(),
                network.name(),
                network.driver(),
                device,
                mac,
                ipv4,
                ipv6,
                gateway,
                gatewayV6,
                priority,
                o.ports(),
                o.aliases());
    }

    /** As docker: from the address, so that a neighbour's ARP entry for it stays right. */
    private static String mac(String ipv4) {
        byte[] a = Prefix.address("address", ipv4.substring(0, ipv4.indexOf('/')));
        return "02:42:" + HexFormat.ofDelimiter(":").formatHex(a);
    }

    /** Counts the addresses of an endpoint that was found on disk. */
    public void register(Endpoint e) {
        if (e.ipv4().indexOf('/') < 0) {
            return; // of a driver that gives out addresses
        }
        of(e.networkId()).register(e.ipv4(), e.containerId());
        if (e.ipv6() != null) {
            of(e.networkId()).register(e.ipv6(), e.containerId());
        }
    }

    public void release(Endpoint e) {
        if (e.ipv4().indexOf('/') < 0) {
            return; // of a driver that gives out addresses
        }
        of(e.networkId()).release(e.ipv4(), e.containerId());
        if (e.ipv6() != null) {
            of(e.networkId()).release(e.ipv6(), e.containerId());
        }
    }
}
