package dev.felucca.api.network;

import dev.felucca.api.driver.Driver;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes networks and connects containers to them. Core keeps the records of networks and endpoints and gives out the
 * addresses; a driver makes what they say in the kernel, and can make it again from them.
 *
 * <p>Life: {@link #create} when a network is made, {@link #restore} when the engine starts, {@link #connect} for each container that
 * starts, {@link #disconnect} when its run is over, {@link #remove}. A container's network namespace exists before its first
 * process; the driver is given a path to it.
 */
@ConsumerType
public interface NetworkDriver extends Driver {
    /**
     * Checks options before anything is recorded.
     *
     * @throws dev.felucca.api.EngineException INVALID or UNSUPPORTED with the option's name
     */
    void check(NetworkInfo network);

    /** Makes the network, or what is missing of it. What cannot be made leaves nothing behind. */
    void create(NetworkInfo network);

    /** Removes the network. What is missing is no error. */
    void remove(NetworkInfo network);

    /**
     * Connects a network namespace: device, addresses, routes, published ports. A failure leaves nothing behind.
     *
     * @param namespace path of the container's network namespace
     * @throws dev.felucca.api.EngineException CONFLICT for a port that is taken, with its holder
     * @return the endpoint as it is now, with the ports that were chosen
     */
    Endpoint connect(NetworkInfo network, Endpoint endpoint, String namespace);

    /**
     * Removes an endpoint, also a half-made one and one whose namespace is gone. Missing is no error.
     *
     * @param namespace path of the container's network namespace; null if it is gone
     */
    void disconnect(NetworkInfo network, Endpoint endpoint, @Nullable String namespace);

    /**
     * Removes an endpoint whose container's run is over. As {@link #disconnect}, but what lies in the network namespace, which nobody
     * looks at any more, may go a moment after the return.
     */
    default void release(NetworkInfo network, Endpoint endpoint, @Nullable String namespace) {
        disconnect(network, endpoint, namespace);
    }

    /**
     * Whether the driver gives out the addresses itself. Its networks have no subnets then, and of an endpoint that is to be connected
     * addresses and MAC address are empty but for those that the user wants; the connected one has them.
     */
    default boolean ownsAddresses() {
        return false;
    }

    /** Asks whether an endpoint is as it was made, if the driver can tell; a failure says what is not. */
    default void verify(NetworkInfo network, Endpoint endpoint, String namespace) {}

    /**
     * Makes the kernel's state what these records say: makes what is missing, removes what belongs to none of them. Called when
     * the engine starts, and on request when another tool has removed rules. Connections that run are not disturbed.
     *
     * @param networks all networks of this driver
     * @param endpoints of all containers that run
     * @return what was removed or made again, in words
     */
    List<String> restore(List<NetworkInfo> networks, List<Endpoint> endpoints);

    /** What of the host's configuration keeps networks from working fully, in words with what to do; empty for nothing. */
    List<String> warnings();
}
