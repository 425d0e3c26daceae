package dev.felucca.network.bridge;

import dev.felucca.api.EngineException;
import dev.felucca.api.network.NetworkInfo;
import dev.felucca.api.network.NetworkInfo.Subnet;
import dev.felucca.door.net.Cidr;
import dev.felucca.door.net.Link;
import dev.felucca.door.net.RouteSocket;
import java.util.HexFormat;
import java.util.Optional;

/** The bridge of a network: the device, and the host's addresses on it. */
record Bridge(String device, NetworkInfo network) {
    /** Makes it, or what is missing of it; whether the device was made. */
    boolean ensure(RouteSocket route) {
        Optional<Link> there = route.link(device);
        if (there.isPresent() && !there.get().kind().equals("bridge")) {
            throw EngineException.conflict("network " + network.name() + " cannot have bridge " + device
                    + ": there is a network device of that name which is no bridge");
        }
        int index = there.map(Link::index)
                .orElseGet(
                        () -> route.addBridge(device, mac(), Options.of(network).mtu()));
        try {
            for (Subnet s : network.subnets()) {
                int prefix = Cidr.parse(s.subnet()).prefix();
                route.addAddress(index, Cidr.parse(s.gateway() + "/" + prefix));
            }
            if (there.isPresent()) {
                route.up(index);
            }
            // what comes back to a connection from the host's own 127.0.0.1; Rules keeps the rest of 127/8 closed
            Sysctls.setForDevice("ipv4", device, "route_localnet", "1");
        } catch (RuntimeException e) {
            if (there.isEmpty()) {
                route.delete(device);
            }
            throw e;
        }
        return there.isEmpty();
    }

    /** A bridge without an address of its own takes that of its first port, and changes it when that goes. */
    private String mac() {
        byte[] id = HexFormat.of().parseHex(network.id().substring(0, 10));
        return "02:" + HexFormat.ofDelimiter(":").formatHex(id);
    }
}
