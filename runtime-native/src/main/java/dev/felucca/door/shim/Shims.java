package dev.felucca.door.shim;

import dev.felucca.door.NamespaceType;
import java.nio.file.Path;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Starts felucca-shim, in a session and a control group of its own, outside of the engine's, in the base mount namespace. A few are
 * started ahead, each with a felucca-init that waits. Thread-safe.
 */
@ProviderType
public interface Shims {
    /**
     * One that holds nothing yet; it ends when its connection does.
     *
     * @param made the new namespaces that its felucca-init will be asked for: if {@link dev.felucca.door.Spawner#AHEAD} is among them,
     *     it has made those already
     */
    Shim take(Set<NamespaceType> made);

    /** Replaces those that were taken; at once, in a thread of its own. */
    void refill();

    /** A connection to a shim that holds a container. */
    ShimLink connect(Path socket);
}
