package dev.felucca.api.namespace;

import dev.felucca.api.driver.Driver;
import dev.felucca.api.spec.LinuxNamespace;
import dev.felucca.api.spec.LinuxNamespaceType;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides how a container's init gets into its namespaces. Every strategy gives the same container: init is pid 1, the views
 * are the same.
 *
 * <p>Life, once for each run of a container: {@link #prepare} before init exists; {@link #pin} when init is born and placed in
 * its control group; {@link #release} when the run is over. Pins never outlive a run. A PID namespace is always born with
 * init (a pinned one cannot take a second init), and a cgroup namespace always after placement.
 */
@ConsumerType
public interface NamespaceStrategy extends Driver {

    /**
     * Makes what is made ahead.
     *
     * @return the entries for {@code linux.namespaces} of the runtime spec: without a path for what the backend creates with
     *     init (by clone flags; cgroup and time by unshare, in the order that the kernel needs), with a path for what init joins.
     *     Whoever makes a network namespace brings its loopback interface up: the backend, as OCI runtimes do, or the strategy
     * @throws dev.felucca.api.EngineException KERNEL; nothing is left then
     */
    List<LinuxNamespace> prepare(NamespaceRequest request);

    /**
     * Pins what was born with init, if the strategy keeps pins.
     *
     * @param initPid init as the engine sees it
     */
    void pin(NamespaceRequest request, int initPid);

    /** The pins that a container has now, by type; empty if the strategy keeps none. */
    Map<LinuxNamespaceType, String> pins(String containerId);

    /** Removes the run's pins. None is no error. */
    void release(String containerId);

    /** Containers that have pins: what a dead engine may have left. */
    List<String> containers();
}
