package dev.felucca.api.container;

import dev.felucca.api.trace.TraceNode;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** What containers there are and how they are made. Never waits for a task. Thread-safe. */
@ProviderType
public interface ContainerViews {
    /** All containers, newest first. */
    List<ContainerInfo> list();

    /**
     * @throws dev.felucca.api.EngineException NOT_FOUND ("No such container: x"); INVALID for an ambiguous prefix
     */
    ContainerInfo get(String container);

    /** Operations recorded for a container, oldest first: create, start, exit... */
    List<TraceNode> trace(String container);

    /** The steps that make it, in words. */
    List<String> explain(String container);

    /** Its runtime spec as JSON, as it would be used for a start now. */
    String spec(String container);
}
