package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerConfig;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.network.Endpoint;
import dev.felucca.core.network.NetworkTable;
import dev.felucca.core.store.ContainerDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes /etc/hostname, /etc/hosts and /etc/resolv.conf of a container, as docker makes them. */
final class HostFiles {
    /** In the place of an address: that of the host. */
    static final String HOST_GATEWAY = "host-gateway";

    private HostFiles() {}

    static void write(ContainerDirectories dirs, String id, String hostname, ContainerConfig config, HostConfig host) {
        boolean ofHost = host.networkMode().equals(NetworkTable.HOST);
        try {
            Files.writeString(dirs.hostname(id), hostname + "\n");
            // of a connected one it is written again when it has its addresses
            String gateway = ofHost ? "127.0.0.1" : "";
            Files.writeString(dirs.hosts(id), hosts(hostname, List.of("127.0.0.1"), gateway, List.of(), config, host));
            Files.writeString(dirs.resolvConf(id), ofHost ? ResolvConf.ofHost(host) : ResolvConf.plain(host, false));
        } catch (IOException e) {
            throw failed(id, e);
        }
    }

    private static EngineException failed(String id, IOException e) {
        return EngineException.internal("cannot write the network files of container " + id + ": " + e.getMessage(), e);
    }

    /** Writes what belongs to the networks that a container is on now; the files stay the same ones, they may be mounted. */
    static void connected(Engine engine, ContainerInfo c) {
        List<String> addresses = new ArrayList<>();
        for (Endpoint e : c.endpoints()) {
            addresses.add(address(e.ipv4()));
            if (e.ipv6() != null) {
                addresses.add(address(e.ipv6()));
            }
        }
        ContainerNetworks networks = engine.networks();
        HostConfig host = c.hostConfig();
        boolean v6 = c.endpoints().stream().anyMatch(e -> e.ipv6() != null);
        try {
            Files.writeString(
                    engine.directories().hosts(c.id()),
                    hosts(
                            Creation.hostname(c),
                            addresses,
                            networks.hostAddress(c),
                            networks.links().hosts(c),
                            c.config(),
                            host));
            Files.writeString(
                    engine.directories().resolvConf(c.id()),
                    networks.names().serves(c) ? ResolvConf.embedded(host) : ResolvConf.plain(host, v6));
        } catch (IOException e) {
            throw failed(c.id(), e);
        }
    }

    private static String address(String cidr) {
        return cidr.substring(0, cidr.indexOf('/'));
    }

    private static String hosts(
            String hostname,
            List<String> addresses,
            @Nullable String gateway,
            List<String> links,
            ContainerConfig config,
            HostConfig host)
            throws IOException {
        StringBuilder s = new StringBuilder();
        if (host.networkMode().equals("host")) {
            s.append(Files.readString(Path.of("/etc/hosts")));
        } else {
            s.append("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n")
                    .append(
                            "fe00::\tip6-localnet\nff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n");
            String full = config.domainname().isEmpty() ? "" : hostname + "." + config.domainname() + " ";
            for (String address : addresses) {
                s.append(address).append('\t').append(full).append(hostname).append('\n');
            }
        }
        links.forEach(l -> s.append(l).append('\n'));
        for (String extra : host.extraHosts()) {
            int colon = extra.indexOf(':');
            if (colon <= 0 || colon == extra.length() - 1) {
                throw EngineException.invalid("invalid extra host \"" + extra + "\": give NAME:ADDRESS");
            }
            String address = extra.substring(colon + 1);
            if (address.equals(HOST_GATEWAY)) {
                if (gateway == null) {
                    throw EngineException.invalid("invalid extra host \"" + extra
                            + "\": the container is on no network of driver bridge, from where the host is reached");
                }
                address = gateway;
            }
            s.append(address).append('\t').append(extra, 0, colon).append('\n');
        }
        return s.toString();
    }
}
