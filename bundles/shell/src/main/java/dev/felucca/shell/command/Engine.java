package dev.felucca.shell.command;

import dev.felucca.api.EngineRoots;
import dev.felucca.api.container.ContainerExecs;
import dev.felucca.api.container.ContainerFiles;
import dev.felucca.api.container.ContainerLifecycle;
import dev.felucca.api.container.ContainerStreams;
import dev.felucca.api.container.ContainerViews;
import dev.felucca.api.driver.Drivers;
import dev.felucca.api.event.Events;
import dev.felucca.api.image.Images;
import dev.felucca.api.network.Networks;
import dev.felucca.api.storage.RootTrees;
import dev.felucca.api.volume.Volumes;

/**
 * The engine's services as they are now. Each getter waits a little for a service that is not there, since it may be starting
 * or being replaced.
 *
 * @see EngineServices
 */
interface Engine {
    ContainerLifecycle lifecycle();

    ContainerViews views();

    ContainerStreams streams();

    ContainerExecs execs();

    ContainerFiles files();

    /** Files of this host, opened in the same way. */
    RootTrees trees();

    Images images();

    Networks networks();

    Volumes volumes();

    Drivers drivers();

    Events events();

    EngineRoots roots();

    /** The engine's version. */
    String version();
}
