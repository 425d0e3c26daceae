package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerConfig;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.network.Endpoint;
import dev.felucca.core.store.ContainerDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes /etc/hostname, /etc/hosts and /etc/resolv.conf of a container, as docker makes them. */
final class HostFiles {
    private static final Path HOST_RESOLV_CONF = Path.of("/etc/resolv.conf");

    private HostFiles() {}

    static void write(ContainerDirectories dirs, String id, String hostname, ContainerConfig config, HostConfig host) {
        try {
            Files.writeString(dirs.hostname(id), hostname + "\n");
            Files.writeString(dirs.hosts(id), hosts(hostname, List.of("127.0.0.1"), config, host));
            Files.writeString(dirs.resolvConf(id), resolvConf(host));
        } catch (IOException e) {
            throw EngineException.internal(
                    "cannot write the network files of container " + id + ": " + e.getMessage(), e);
        }
    }

    /** Writes the addresses that a run of the container has been given; the file stays the same one, it may be mounted. */
    static void connected(ContainerDirectories dirs, ContainerInfo c, String hostname) {
        List<String> addresses = new ArrayList<>();
        for (Endpoint e : c.endpoints()) {
            addresses.add(e.ipv4().substring(0, e.ipv4().indexOf('/')));
            if (e.ipv6() != null) {
                addresses.add(e.ipv6().substring(0, e.ipv6().indexOf('/')));
            }
        }
        try {
            Files.writeString(dirs.hosts(c.id()), hosts(hostname, addresses, c.config(), c.hostConfig()));
        } catch (IOException e) {
            throw EngineException.internal(
                    "cannot write the hosts file of container " + c.id() + ": " + e.getMessage(), e);
        }
    }

    private static String hosts(String hostname, List<String> addresses, ContainerConfig config, HostConfig host)
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
        for (String extra : host.extraHosts()) {
            int colon = extra.indexOf(':');
            if (colon <= 0 || colon == extra.length() - 1) {
                throw EngineException.invalid("invalid extra host \"" + extra + "\": give NAME:ADDRESS");
            }
            s.append(extra.substring(colon + 1))
                    .append('\t')
                    .append(extra, 0, colon)
                    .append('\n');
        }
        return s.toString();
    }

    private static String resolvConf(HostConfig host) throws IOException {
        List<String> lines = new ArrayList<>();
        if (Files.isReadable(HOST_RESOLV_CONF)) {
            for (String line : Files.readAllLines(HOST_RESOLV_CONF)) {
                boolean replaced = (line.startsWith("nameserver") && !host.dns().isEmpty())
                        || (line.startsWith("search") && !host.dnsSearch().isEmpty())
                        || (line.startsWith("options") && !host.dnsOptions().isEmpty());
                if (!replaced) {
                    lines.add(line);
                }
            }
        }
        host.dns().forEach(d -> lines.add("nameserver " + d));
        if (!host.dnsSearch().isEmpty()) {
            lines.add("search " + String.join(" ", host.dnsSearch()));
        }
        if (!host.dnsOptions().isEmpty()) {
            lines.add("options " + String.join(" ", host.dnsOptions()));
        }
        return String.join("\n", lines) + "\n";
    }
}
