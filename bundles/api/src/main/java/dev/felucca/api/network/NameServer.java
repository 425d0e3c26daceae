package dev.felucca.api.network;

import dev.felucca.api.driver.Driver;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Answers the name queries of containers on networks of the user's own, at {@link #ADDRESS} port 53 (udp and tcp) inside of each
 * container's network namespace. What a container may know is asked of {@link NetworkNames} with each query, so nothing has to be
 * told when others come and go; what they do not know is forwarded.
 *
 * <p>Life: {@link #open} before the container's first process or when it is first connected to such a network, {@link #close} when its
 * run is over or it has left them all. Another build takes over what is open when it starts, and no query is lost by that.
 */
@ConsumerType
public interface NameServer extends Driver {
    /** As docker's. */
    String ADDRESS = "127.0.0.11";

    /**
     * Begins to answer in a network namespace; nothing happens if it does already. Port 53 stays free for the container's own
     * programs at all addresses but this one. A failure leaves nothing behind.
     *
     * @param namespace path of the container's network namespace, whose loopback interface is up
     */
    void open(String containerId, String namespace);

    /** Ends answering; not open is no error. The namespace may be gone. */
    void close(String containerId);
}
