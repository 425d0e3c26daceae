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

    /**
     * What the host's {@code ps} says of a running container's processes; runs it, which takes some milliseconds.
     *
     * @param psArguments of ps(1), such as {@code -ef} or {@code -o pid,comm}; none for {@code -ef}. A column PID must be among what they show
     * @throws dev.felucca.api.EngineException CONFLICT if it does not run; INVALID with the words of ps; UNSUPPORTED on a host without ps
     */
    ProcessTable top(String container, List<String> psArguments);

    /**
     * What a running container has used until now; reads files of the kernel, which takes a millisecond or two.
     *
     * @throws dev.felucca.api.EngineException CONFLICT if it does not run
     */
    ContainerStats stats(String container);

    /** What a container takes of the disk. Reads all directories that it has written to. */
    DiskUse diskUse(String container);

    /** Operations recorded for a container, oldest first: create, start, exit... */
    List<TraceNode> trace(String container);

    /** The steps that make it, in words. */
    List<String> explain(String container);

    /** Its runtime spec as JSON, as it would be used for a start now. */
    String spec(String container);

    /**
     * @param written bytes of its read-write layer
     * @param all with those of its image
     */
    record DiskUse(long written, long all) {}

    /** @param processes a row each, as long as the titles */
    record ProcessTable(List<String> titles, List<List<String>> processes) {}
}
