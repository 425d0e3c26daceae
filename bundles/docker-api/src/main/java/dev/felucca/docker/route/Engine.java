package dev.felucca.docker.route;

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
import dev.felucca.api.volume.Volumes;

/** The engine's services as they are now. Each getter waits a little for a service that is starting or being replaced. */
public interface Engine {
    ContainerLifecycle lifecycle();

    ContainerViews views();

    ContainerStreams streams();

    ContainerExecs execs();

    ContainerFiles files();

    Images images();

    Networks networks();

    Volumes volumes();

    Drivers drivers();

    Events events();

    EngineRoots roots();

    /** The engine's version. */
    String version();
}
