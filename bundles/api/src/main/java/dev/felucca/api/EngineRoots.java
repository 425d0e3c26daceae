package dev.felucca.api;

import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The two directories that hold all of the engine's files; a service that is present once both exist, are locked by this
 * engine alone, and are private mounts (so that nothing mounted below them spreads to other mount namespaces).
 *
 * <p>Each directory below them is owned by one class, which is the only one that builds paths in it.
 */
@ProviderType
public interface EngineRoots {
    /** Framework property that moves the data root. */
    String DATA_ROOT = "felucca.data.root";
    /** Framework property that moves the run root. */
    String RUN_ROOT = "felucca.run.root";

    /** What survives a reboot: images, layers, containers, volumes. Absolute; default /var/lib/felucca. */
    Path dataRoot();

    /** What does not: sockets, pinned namespaces, volatile state. Absolute; default /run/felucca. */
    Path runRoot();
}
