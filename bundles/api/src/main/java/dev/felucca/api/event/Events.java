package dev.felucca.api.event;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/** The engine's events, those to come and the last ones. Thread-safe. */
@ProviderType
public interface Events {
    /** How many past events are kept at least. */
    int KEPT = 1024;

    void publish(EngineEvent event);

    /** Subscribes; the listener is called in order, one event at a time, and must not block. Close it to end. */
    Subscription subscribe(Consumer<EngineEvent> listener);

    /** Past events not before the given time that are still kept, oldest first. */
    List<EngineEvent> since(Instant from);

    /** A registration. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
