package dev.felucca.api.container;

import dev.felucca.api.container.ContainerStreams.Attachment;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.spec.Box;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * More programs in running containers, any number at once. An exec is made, perhaps joined, started once, and kept with its exit
 * code until its container's run ends. It ends with the container. It gets the container's own namespaces, control group,
 * capabilities and system call filter. Thread-safe; no method blocks.
 *
 * <pre>{@code
 * String id = execs.create("web", config).id();
 * Attachment a = execs.attach(id, false, sink);
 * execs.start(id, null).thenCompose(v -> execs.wait(id)).thenAccept(status -> ...);
 * }</pre>
 */
@ProviderType
public interface ContainerExecs {
    /**
     * Makes one; nothing runs yet.
     *
     * @throws dev.felucca.api.EngineException NOT_FOUND without such a container; CONFLICT if it does not run, is paused or is about to
     *     be restarted; INVALID for a bad configuration
     */
    ExecInfo create(String container, ExecConfig config);

    /**
     * Joins its streams before the start, so that nothing is missed, or later.
     *
     * @param stdin whether this client feeds standard input; needs {@code openStdin}
     */
    Attachment attach(String exec, boolean stdin, OutputSink sink);

    /**
     * Starts it; done when the program runs. Fails with {@link dev.felucca.api.exec.ExecFailedException} if it cannot be executed (the
     * exec has then exited), and with CONFLICT if it was started before or its container is not running.
     *
     * @param consoleSize the terminal's first size; null for that of the configuration
     */
    CompletionStage<Void> start(String exec, @Nullable Box consoleSize);

    /** Completes when it has ended and all its output was given to who is attached (or they are late by seconds). */
    CompletionStage<ExitStatus> wait(String exec);

    /** Sets its terminal's size in character cells; CONFLICT if it does not run, INVALID if it has no terminal. */
    void resize(String exec, int rows, int columns);

    /** Sends its process a signal; CONFLICT if it does not run. */
    CompletionStage<Void> signal(String exec, int signal);

    /**
     * @param exec its id or a unique prefix of it
     * @throws dev.felucca.api.EngineException NOT_FOUND ("No such exec instance: x")
     */
    ExecInfo get(String exec);

    /** The execs of a container's present run, in the order they were made. */
    List<ExecInfo> list(String container);
}
