package dev.felucca.core;

import dev.felucca.api.event.EngineEvent;
import dev.felucca.api.event.Events;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the last events and delivers new ones, in order, on one thread of its own. */
@Component(service = Events.class)
public final class EventBus implements Events {
    private static final Logger LOG = LoggerFactory.getLogger(EventBus.class);

    private final ArrayDeque<EngineEvent> kept = new ArrayDeque<>();
    private final List<Consumer<EngineEvent>> listeners = new CopyOnWriteArrayList<>();
    private final ExecutorService delivery;

    @Activate
    public EventBus() {
        ThreadPoolExecutor one = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), r -> {
            Thread t = new Thread(r, "felucca-events");
            t.setDaemon(true);
            return t;
        });
        one.allowCoreThreadTimeOut(true);
        delivery = one;
    }

    @Deactivate
    void stop() {
        delivery.shutdown();
    }

    @Override
    public void publish(EngineEvent event) {
        synchronized (kept) {
            kept.addLast(event);
            if (kept.size() > KEPT) {
                kept.removeFirst();
            }
            if (!listeners.isEmpty()) {
                delivery.execute(() -> listeners.forEach(l -> deliver(l, event)));
            }
        }
    }

    private static void deliver(Consumer<EngineEvent> listener, EngineEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            LOG.error("a listener failed on {} {}", event.type(), event.action(), e);
        }
    }

    @Override
    public Subscription subscribe(Consumer<EngineEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public List<EngineEvent> since(Instant from) {
        synchronized (kept) {
            List<EngineEvent> found = new ArrayList<>();
            for (EngineEvent e : kept) {
                if (!e.time().isBefore(from)) {
                    found.add(e);
                }
            }
            return found;
        }
    }
}
