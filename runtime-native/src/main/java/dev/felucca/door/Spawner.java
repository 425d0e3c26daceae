package dev.felucca.door;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Starts felucca-init, from a sealed memfd, in the base mount namespace, always from the same thread: a parent-death signal
 * fires when the thread that spawned ends, so that thread lives as long as the engine. A few bootstraps are started ahead and wait
 * for work, children of the engine like any other; a look at what the engine holds finds the same number of them before and after a
 * birth. Some of them have made {@link #AHEAD their namespaces} already, since that is a good part of a birth's time; what a new network namespace
 * takes over from the host (such as net.ipv4.conf.all) is that of the moment when it was made. Thread-safe.
 */
@ProviderType
public interface Spawner {
    /** What is made before a plan is there, for plans that want all of these as new. */
    Set<NamespaceType> AHEAD = Set.of(NamespaceType.NETWORK, NamespaceType.IPC);

    /**
     * Starts init on a plan and returns when its first process is born.
     *
     * @param plan encoded
     * @param made the namespaces that the plan's CLONE makes
     * @param slots the descriptors of the plan's slots in order; lent for the call
     * @param deadline for everything up to the execution of the program; then init is cut off
     * @throws InitFailure what init said; nothing is left then
     * @throws InitLate the deadline has passed
     */
    InitSession spawn(byte[] plan, Set<NamespaceType> made, List<Fd> slots, Duration deadline);

    /**
     * As {@link #spawn}, with a felucca-init that another process started: a child of that one, which reaps it.
     *
     * @param init the engine's end of its socket; taken over
     */
    InitSession begin(Fd init, byte[] plan, List<Fd> slots, Duration deadline);

    /** The sealed felucca-init, for those who start it; the spawner's. */
    Fd binary();

    /** Does some work in the spawner's thread, and so in the base mount namespace: to start a program there. */
    <T> T inBase(Supplier<T> work);
}
