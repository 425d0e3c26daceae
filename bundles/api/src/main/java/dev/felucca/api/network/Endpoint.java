package dev.felucca.api.network;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A container's connection to a network. Immutable.
 *
 * @param id 64 hexadecimal digits, new for each run
 * @param networkId and networkName: to what
 * @param driver name of the network's driver
 * @param device name of the device in the container, such as {@code eth0}
 * @param mac as {@code 02:42:ac:12:00:02}
 * @param ipv4 address with its prefix length, as {@code 172.18.0.2/16}
 * @param ipv6 the same, or null
 * @param gateway for its default route, or null for none; gatewayV6 likewise
 * @param priority metric of its default routes: the lowest is used
 * @param ports published ones; before connect as asked for (host port 0: any), afterwards as they are
 */
public record Endpoint(
        String id,
        String containerId,
        String networkId,
        String networkName,
        String driver,
        String device,
        String mac,
        String ipv4,
        @Nullable String ipv6,
        @Nullable String gateway,
        @Nullable String gatewayV6,
        int priority,
        List<PortBinding> ports,
        List<String> aliases) {
    public Endpoint {
        ports = List.copyOf(ports);
        aliases = List.copyOf(aliases);
    }

    /** The same with other ports. */
    public Endpoint withPorts(List<PortBinding> chosen) {
        return with(mac, ipv4, ipv6, gateway, gatewayV6, chosen);
    }

    /** The same with another MAC address. */
    public Endpoint withMac(String actual) {
        return with(actual, ipv4, ipv6, gateway, gatewayV6, ports);
    }

    /** The same with addresses that its driver gave out. */
    public Endpoint withAddresses(
            String itsMac, String v4, @Nullable String v6, @Nullable String via, @Nullable String viaV6) {
        return with(itsMac, v4, v6, via, viaV6, ports);
    }

    private Endpoint with(
            String itsMac,
            String v4,
            @Nullable String v6,
            @Nullable String via,
            @Nullable String viaV6,
            List<PortBinding> published) {
        return new Endpoint(
                id,
                containerId,
                networkId,
                networkName,
                driver,
                device,
                itsMac,
                v4,
                v6,
                via,
                viaV6,
                priority,
                published,
                aliases);
    }
}
