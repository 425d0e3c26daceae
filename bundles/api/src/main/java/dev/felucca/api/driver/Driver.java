package dev.felucca.api.driver;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What every swappable mechanism is: a service with a name, registered under its SPI's interface with the service property
 * {@link #NAME}.
 *
 * <p>A driver keeps no state in its objects: all of it is on disk (with a format version), in the kernel, or in the door's
 * handle table, so that another build of the same driver can take over at any moment between two calls. Calls reach it only
 * under a lease, from any thread, several at once for different containers; for one container they come one after another.
 */
@ConsumerType
public interface Driver {
    /** Service property: the driver's name, unique among the drivers of its kind. */
    String NAME = "felucca.driver";

    /** The key of {@link #status} under which a driver says why it cannot work on this host; only then it is there. */
    String UNAVAILABLE = "unavailable";

    /** The name, as users give it: {@code overlay}, {@code raw}, {@code setns}, {@code inprocess}. */
    String name();

    /**
     * Checks that the driver can work on this host, without leaving a trace. Called before a new build takes over.
     *
     * @throws dev.felucca.api.EngineException UNSUPPORTED, with what is missing and how it could be had
     */
    void probe();

    /** Facts for {@code felucca info}, in the order in which they are shown. */
    Map<String, String> status();
}
