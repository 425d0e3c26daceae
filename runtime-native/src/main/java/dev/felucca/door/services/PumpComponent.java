package dev.felucca.door.services;

import dev.felucca.door.Fd;
import dev.felucca.door.Pump;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Spreads the streams over the threads by key. */
@Component(service = Pump.class, immediate = true)
public final class PumpComponent implements Pump {
    private final List<PumpThread> threads = new ArrayList<>();

    @Activate
    public PumpComponent() {
        int n = Math.max(2, Math.min(4, Runtime.getRuntime().availableProcessors()));
        for (int i = 0; i < n; i++) {
            threads.add(new PumpThread("felucca-pump-" + (i + 1)));
        }
    }

    private PumpThread thread(String key) {
        return threads.get(Math.floorMod(key.hashCode(), threads.size()));
    }

    @Override
    public Source read(String key, Fd fd, Sink sink) {
        return new PumpSource(thread(key), fd, sink).begin();
    }

    @Override
    public Writer write(String key, Fd fd, int capacity, WriterListener listener) {
        return new PumpWriter(thread(key), fd, capacity, listener);
    }

    @Deactivate
    void close() {
        threads.forEach(PumpThread::close);
    }
}
