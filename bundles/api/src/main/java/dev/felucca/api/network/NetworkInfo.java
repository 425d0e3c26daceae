package dev.felucca.api.network;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A network. Immutable.
 *
 * @param id 64 hexadecimal digits
 * @param driver name of its driver
 * @param internal whether it has no way out of the host
 * @param subnets at most one of each family; with all fields filled in
 * @param options of the driver, as {@code com.docker.network.bridge.name}
 */
public record NetworkInfo(
        String id,
        String name,
        String driver,
        Instant created,
        boolean internal,
        List<Subnet> subnets,
        Map<String, String> options,
        Map<String, String> labels) {
    public NetworkInfo {
        subnets = List.copyOf(subnets);
        options = Map.copyOf(options);
        labels = Map.copyOf(labels);
    }

    /** The first 12 digits of the id. */
    public String shortId() {
        return id.substring(0, 12);
    }

    /**
     * @param subnet as {@code 172.18.0.0/16}
     * @param range of which addresses are given out; the subnet itself, unless the user narrowed it
     * @param gateway the host's address in it
     */
    public record Subnet(String subnet, String range, String gateway) {}
}
