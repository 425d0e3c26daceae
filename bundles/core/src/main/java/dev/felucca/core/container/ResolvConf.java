package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.network.NameServer;
import dev.felucca.api.network.NetworkNames.Upstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The host's resolv.conf(5), and what containers get of it, as docker makes it. */
final class ResolvConf {
    private static final Logger LOG = LoggerFactory.getLogger(ResolvConf.class);
    private static final Path HOST = Path.of("/etc/resolv.conf");
    /** Where systemd-resolved tells which servers it asks itself. */
    private static final Path RESOLVED = Path.of("/run/systemd/resolve/resolv.conf");

    private static final String RESOLVED_STUB = "127.0.0.53";
    /** Docker's, for a host that has none which a container could ask. */
    private static final List<String> LAST_RESORT = List.of("8.8.8.8", "8.8.4.4");

    private record Parsed(FileTime changed, List<String> servers, List<String> search, List<String> options) {}

    private static volatile @Nullable Parsed known;
    private static volatile boolean told;

    private ResolvConf() {}

    private static Parsed host() {
        try {
            if (!Files.isReadable(HOST)) {
                return new Parsed(FileTime.fromMillis(0), List.of(), List.of(), List.of());
            }
            FileTime changed = Files.getLastModifiedTime(HOST);
            Parsed last = known;
            if (last != null && last.changed().equals(changed)) {
                return last;
            }
            Parsed now = parse(HOST, changed);
            if (!now.servers().isEmpty()
                    && now.servers().stream().allMatch(RESOLVED_STUB::equals)
                    && Files.isReadable(RESOLVED)) {
                now = parse(RESOLVED, changed);
            }
            known = now;
            return now;
        } catch (IOException e) {
            throw EngineException.internal("cannot read the host's resolv.conf: " + e.getMessage(), e);
        }
    }

    private static Parsed parse(Path file, FileTime changed) throws IOException {
        List<String> servers = new ArrayList<>();
        List<String> search = List.of();
        List<String> options = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String[] words = line.strip().split("\\s+");
            List<String> values = List.of(words).subList(1, words.length);
            switch (words[0]) {
                case "nameserver" -> values.stream().limit(1).forEach(servers::add);
                case "search", "domain" -> search = values;
                case "options" -> options.addAll(values);
                default -> {
                    // comments, and what containers do not inherit (sortlist)
                }
            }
        }
        return new Parsed(changed, List.copyOf(servers), search, List.copyOf(options));
    }

    /** Of a container that uses the host's network: the host's own, but for what it asks for itself. */
    static String ofHost(HostConfig h) {
        return text(h, h.dns().isEmpty() ? host().servers() : h.dns(), List.of());
    }

    /**
     * Of a container that asks servers outside itself; those at the host's loopback it cannot reach.
     *
     * @param v6 whether it has IPv6
     */
    static String plain(HostConfig h, boolean v6) {
        List<String> servers = h.dns();
        if (servers.isEmpty()) {
            servers = host().servers().stream()
                    .filter(s -> !isLoopback(s) && (v6 || s.indexOf(':') < 0))
                    .toList();
            if (servers.isEmpty()) {
                servers = LAST_RESORT;
                if (!told) {
                    told = true;
                    LOG.warn(
                            "the host's resolv.conf has no name server that a container can reach: containers on the network"
                                    + " bridge are told to use {}, as docker does; --dns says otherwise",
                            String.join(" and ", LAST_RESORT));
                }
            }
        }
        return text(h, servers, List.of());
    }

    /** Of a container that asks the engine's name server. */
    static String embedded(HostConfig h) {
        // names of one word are names here, and not to be tried with each search domain first
        return text(h, List.of(NameServer.ADDRESS), List.of("ndots:0"));
    }

    private static String text(HostConfig h, List<String> servers, List<String> defaults) {
        List<String> search = h.dnsSearch().isEmpty() ? host().search() : h.dnsSearch();
        List<String> options = new ArrayList<>(h.dnsOptions().isEmpty() ? host().options() : h.dnsOptions());
        for (String d : defaults) {
            String name = d.substring(0, d.indexOf(':') + 1);
            if (options.stream().noneMatch(o -> o.startsWith(name))) {
                options.add(d);
            }
        }
        StringBuilder s = new StringBuilder();
        servers.forEach(n -> s.append("nameserver ").append(n).append('\n'));
        if (!search.isEmpty() && !search.equals(List.of("."))) {
            s.append("search ").append(String.join(" ", search)).append('\n');
        }
        if (!options.isEmpty()) {
            s.append("options ").append(String.join(" ", options)).append('\n');
        }
        return s.toString();
    }

    /**
     * Where the engine's name server passes queries of a container on to.
     *
     * @param outside whether the container has a way out; without one the host asks nobody for it
     */
    static List<Upstream> upstream(HostConfig h, boolean outside) {
        if (!h.dns().isEmpty()) {
            return h.dns().stream().flatMap(s -> server(s, false)).toList();
        }
        return host().servers().stream()
                .flatMap(s -> server(s, isLoopback(s)))
                .filter(u -> outside || !u.fromHost())
                .toList();
    }

    /** A literal address; what is none, as with a zone that only the host has, is left out. */
    private static Stream<Upstream> server(String address, boolean fromHost) {
        if (!address.matches("[0-9a-fA-F:.]+")) {
            return Stream.of();
        }
        try {
            return Stream.of(new Upstream(InetAddress.getByName(address), fromHost));
        } catch (UnknownHostException e) {
            return Stream.of();
        }
    }

    private static boolean isLoopback(String address) {
        return address.startsWith("127.") || address.equals("::1");
    }
}
