package dev.felucca.door.services;

import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.InitSession;
import dev.felucca.door.Memfds;
import dev.felucca.door.Monitor;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Processes;
import dev.felucca.door.Sockets;
import dev.felucca.door.Spawn;
import dev.felucca.door.Spawner;
import dev.felucca.door.shim.Shim;
import dev.felucca.door.shim.ShimLink;
import dev.felucca.door.shim.Shims;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sealed felucca-shim, and the spare ones. */
@Component(service = Shims.class, immediate = true)
public final class ShimsComponent implements Shims {
    private static final Logger LOG = LoggerFactory.getLogger(ShimsComponent.class);
    private static final long PATIENCE_SECONDS = 10;

    private final Spawner spawner;
    private final Monitor monitor;
    private final Fd binary = Memfds.sealed("felucca-shim", Binaries.read("felucca-shim"), true);
    private final Fd nothing = Descriptors.open("/dev/null", Descriptors.O_RDWR);
    private final Processes.Limit descriptors = Processes.descriptorsBeforeJvm();
    private final ShimGroup group = new ShimGroup();
    private final ExecutorService filler = Executors.newSingleThreadExecutor(r -> {
        Thread t = new Thread(r, "felucca-shims");
        t.setDaemon(true);
        return t;
    });
    private final Spares<Waiting> plain = new Spares<>(() -> start(Set.of()), filler);
    private final Spares<Waiting> ready = new Spares<>(() -> start(Spawner.AHEAD), filler);

    private record Waiting(Shim shim) implements Spares.Spare {
        @Override
        public int pid() {
            return shim.link().pid();
        }

        @Override
        public void close() {
            shim.close();
        }
    }

    @Activate
    public ShimsComponent(@Reference Spawner spawner, @Reference Monitor monitor) {
        this.spawner = spawner;
        this.monitor = monitor;
        refill();
    }

    /** @param ahead what the felucca-init that waits in it has made */
    private Waiting start(Set<NamespaceType> ahead) {
        Sockets.Pair pair = Sockets.pair(Sockets.SOCK_SEQPACKET);
        int pid;
        try (Fd theirs = pair.second()) {
            pid = spawner.inBase(() -> Spawn.of(binary.procPath(), List.of("felucca-shim"))
                    .fd(0, nothing)
                    .fd(1, nothing)
                    .fd(2, nothing)
                    .fd(3, theirs)
                    .start());
        } catch (RuntimeException e) {
            pair.first().close();
            throw e;
        }
        try {
            Processes.setLimit(pid, Processes.RLIMIT_NOFILE, descriptors);
            ShimLink link = new ShimLink(pair.first());
            try {
                group.place(link);
                Fd init = link.init(spawner.binary());
                if (!ahead.isEmpty()) {
                    InitSession.makeAhead(init, ahead);
                }
                return new Waiting(new Shim(link, Processes.startTime(pid), init));
            } catch (RuntimeException e) {
                link.close();
                throw e;
            }
        } catch (RuntimeException e) {
            pair.first().close();
            Processes.destroy(pid);
            throw e;
        }
    }

    @Override
    public Shim take(Set<NamespaceType> made) {
        boolean all = made.containsAll(Spawner.AHEAD);
        Waiting w = (all ? ready : plain).take().orElseGet(() -> start(all ? Spawner.AHEAD : Set.of()));
        // Reaped whenever it ends; what it held says so over its connection.
        monitor.onExit("shim", w.pid(), exit -> {});
        return w.shim();
    }

    @Override
    public void refill() {
        plain.fill();
        ready.fill();
    }

    /** As {@link #refill}, and returns when they are there: for a look at what the engine holds at rest. */
    public void awaitFull() {
        CompletableFuture.runAsync(
                        () -> {
                            plain.fillHere();
                            ready.fillHere();
                        },
                        filler)
                .join();
    }

    @Override
    public ShimLink connect(Path socket) {
        return new ShimLink(Sockets.connect(socket, Sockets.SOCK_SEQPACKET));
    }

    @Deactivate
    public void close() {
        plain.close();
        ready.close();
        // one that is just being started makes the group, and is ended when it is there
        filler.shutdown();
        try {
            if (!filler.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a shim is still being started; the group {} may stay", ShimGroup.NAME);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        group.remove();
        binary.close();
        nothing.close();
    }
}
