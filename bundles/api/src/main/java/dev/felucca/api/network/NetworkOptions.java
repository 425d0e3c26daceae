package dev.felucca.api.network;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a container wants of the network that its {@code networkMode} names.
 *
 * @param ports to publish
 * @param publishAll whether all exposed ports are published on free host ports
 * @param ipv4 fixed address, or null; ipv6 likewise
 * @param mac fixed MAC address, or null
 * @param aliases more names on the network
 * @param links names of other containers for this one alone, as {@code CONTAINER:NAME}
 */
public record NetworkOptions(
        List<PortBinding> ports,
        boolean publishAll,
        @Nullable String ipv4,
        @Nullable String ipv6,
        @Nullable String mac,
        List<String> aliases,
        List<String> links) {
    public NetworkOptions {
        ports = ports == null ? List.of() : List.copyOf(ports);
        aliases = aliases == null ? List.of() : List.copyOf(aliases);
        links = links == null ? List.of() : List.copyOf(links);
    }

    /** Without links. */
    public NetworkOptions(
            List<PortBinding> ports,
            boolean publishAll,
            @Nullable String ipv4,
            @Nullable String ipv6,
            @Nullable String mac,
            List<String> aliases) {
        this(ports, publishAll, ipv4, ipv6, mac, aliases, List.of());
    }

    /** The same with other ports, all of them named. */
    public NetworkOptions withPorts(List<PortBinding> all) {
        return new NetworkOptions(all, false, ipv4, ipv6, mac, aliases, links);
    }

    /** Nothing asked for. */
    public static NetworkOptions none() {
        return new NetworkOptions(List.of(), false, null, null, null, List.of());
    }
}
