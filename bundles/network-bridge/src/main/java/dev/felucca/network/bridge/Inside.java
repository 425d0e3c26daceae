package dev.felucca.network.bridge;

import dev.felucca.api.EngineException;
import dev.felucca.api.network.Endpoint;
import dev.felucca.door.Fd;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import dev.felucca.door.net.Cidr;
import dev.felucca.door.net.Link;
import dev.felucca.door.net.RouteSocket;
import java.util.Map;

/** An endpoint's device as the container sees it. */
final class Inside {
    /** The kernel's own for IPv6 (IP6_RT_PRIO_USER), which it takes for 0 as well. */
    private static final int IPV6_METRIC = 1024;

    private Inside() {}

    /** Gives the device its addresses and routes, and brings it up. */
    static void configure(Fd namespace, Endpoint endpoint) {
        Namespaces.inside(Map.of(NamespaceType.NETWORK, namespace), () -> {
            configureHere(endpoint);
            return true;
        });
    }

    private static void configureHere(Endpoint e) {
        try (RouteSocket route = RouteSocket.open()) {
            Link device = route.link(e.device())
                    .orElseThrow(() -> EngineException.internal(
                            e.device() + " is not in the container's network namespace", null));
            if (e.ipv6() == null && Sysctls.hasIpv6()) {
                // no link-local address on a network without IPv6, as docker
                Sysctls.setForDevice("ipv6", e.device(), "disable_ipv6", "1");
            }
            route.addAddress(device.index(), Cidr.parse(e.ipv4()));
            if (e.ipv6() != null) {
                route.addAddress(device.index(), Cidr.parse(e.ipv6()));
            }
            route.up(device.index());
            if (e.gateway() != null) {
                route.addDefaultRoute(device.index(), Elements.address(e.gateway()), e.priority());
            }
            if (e.gatewayV6() != null) {
                route.addDefaultRoute(device.index(), Elements.address(e.gatewayV6()), IPV6_METRIC + e.priority());
            }
        }
    }
}
