package dev.felucca.api.container;

import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.image.Progress;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Changes to containers. A container is named by its id, a unique prefix of it, or its name. Each change is a task on the
 * container's own queue; the stage completes when the task is done, or fails with an
 * {@link dev.felucca.api.EngineException} (CONFLICT and NOT_MODIFIED as docker has them). Thread-safe; no method blocks.
 */
@ProviderType
public interface ContainerLifecycle {
    /**
     * Makes a container; nothing runs yet.
     *
     * @param name null for a made-up one
     * @param unpacking hears of the image's layers that are unpacked first; its calls come from a thread of the engine, and must not block
     */
    CompletionStage<Created> create(
            @Nullable String name, ContainerConfig config, HostConfig hostConfig, Progress unpacking);

    default CompletionStage<Created> create(@Nullable String name, ContainerConfig config, HostConfig hostConfig) {
        return create(name, config, hostConfig, Progress.NONE);
    }

    /** Starts it; done when the user's program runs. A running one is NOT_MODIFIED, a paused one CONFLICT. */
    CompletionStage<Void> start(String container);

    /**
     * Sends the stop signal, waits, then sends SIGKILL; done when the container has exited and is cleaned up.
     *
     * @param seconds to wait; null for the container's own; -1 for ever
     */
    CompletionStage<Void> stop(String container, @Nullable Integer seconds);

    /** Stop, then start; starts one that was stopped. */
    CompletionStage<Void> restart(String container, @Nullable Integer seconds);

    /** Sends a signal at once, in front of all tasks. Not running is CONFLICT. */
    CompletionStage<Void> kill(String container, int signal);

    CompletionStage<Void> pause(String container);

    CompletionStage<Void> unpause(String container);

    /** Completes when the condition is met: at once, if it is already. */
    CompletionStage<ExitStatus> wait(String container, WaitCondition condition);

    /**
     * Removes a container with its log and read-write layer.
     *
     * @param force kills a running one first; without, that is CONFLICT
     * @param volumes removes its anonymous volumes too, unless another container uses them
     */
    CompletionStage<Void> remove(String container, boolean force, boolean volumes);

    /**
     * Changes limits and restart policy, of a running container too; done when the kernel has the new limits. A container that is to be
     * removed by itself takes no policy (CONFLICT).
     *
     * @param changed what is null or empty in it stays as it is
     * @param policy null leaves it
     */
    CompletionStage<Void> update(String container, Resources changed, @Nullable RestartPolicy policy);

    /**
     * Gives a container another name, running or not; its name is INVALID if it has that already, CONFLICT if another has it.
     *
     * @param name without a leading slash
     */
    CompletionStage<Void> rename(String container, String name);

    /**
     * Removes stopped containers.
     *
     * @param which those that may go
     */
    CompletionStage<Pruned> prune(Predicate<ContainerInfo> which);

    /** @param warnings to show, such as a network mode that is not there yet */
    record Created(String id, String name, List<String> warnings) {}

    record Pruned(List<String> removed, long bytes) {}

    /** What wait waits for. */
    enum WaitCondition {
        NOT_RUNNING,
        NEXT_EXIT,
        REMOVED
    }
}
