package dev.felucca.api.trace;

import java.util.function.Supplier;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Records the steps of one operation as a tree. Cheap enough to be always on. Thread-safe; steps that overlap become siblings. A
 * name may begin with the process that does the step, such as {@code init: mount /proc}; without that it is the engine.
 *
 * <pre>{@code
 * try (var s = trace.step("storage.create")) { ... }
 * }</pre>
 */
@ProviderType
public interface Trace {
    /** Stands between the process that does a step and the step. */
    String BY = ": ";

    /** Opens a step below the innermost open one of this trace. */
    Step step(String name);

    /**
     * Adds a step that was measured elsewhere, such as an operation of the init plan, below the innermost open one.
     *
     * @param startNanos in {@link System#nanoTime} terms
     */
    void add(String name, long startNanos, long durationNanos);

    /** As {@link #add(String, long, long)}; the name is made when somebody asks for the trace, which few do. */
    default void add(Supplier<String> name, long startNanos, long durationNanos) {
        add(name.get(), startNanos, durationNanos);
    }

    /** An open step. */
    interface Step extends AutoCloseable {
        @Override
        void close();
    }

    /** A trace that records nothing. */
    Trace NONE = new Trace() {
        @Override
        public Step step(String name) {
            return () -> {};
        }

        @Override
        public void add(String name, long startNanos, long durationNanos) {}
    };
}
