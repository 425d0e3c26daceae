package dev.felucca.api.network;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** What containers may know of each other's names. Thread-safe; no method blocks. */
@ProviderType
public interface NetworkNames {
    /**
     * The addresses of a name as a container sees it: another container's name, the first 12 digits of its id, its host name or an
     * alias of it, on a network that both are connected to, as such or followed by a dot and the network's name.
     *
     * @param name without a dot at the end; upper and lower case are the same
     * @return empty if there is no such name. Several if several containers have it.
     */
    Optional<List<InetAddress>> addresses(String containerId, String name);

    /** {@code NAME.NETWORK} of the container that has an address on one of a container's networks. */
    Optional<String> name(String containerId, InetAddress address);

    /** Where a container's other queries go, the most wanted first. */
    List<Upstream> upstream(String containerId);

    /**
     * A name server outside.
     *
     * @param fromHost whether it is asked from the host's network namespace and not from the container's, as one at the host's loopback
     */
    record Upstream(InetAddress address, boolean fromHost) {}
}
