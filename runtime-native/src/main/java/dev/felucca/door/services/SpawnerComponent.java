package dev.felucca.door.services;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.door.BaseNamespace;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.InitSession;
import dev.felucca.door.Memfds;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import dev.felucca.door.Processes;
import dev.felucca.door.Sockets;
import dev.felucca.door.Spawn;
import dev.felucca.door.Spawner;
import dev.felucca.door.services.Spares.Bootstrap;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The spawner thread, the sealed binary, and the clock that ends a birth that hangs. */
@Component(service = Spawner.class, immediate = true)
public final class SpawnerComponent implements Spawner {
    private final ExecutorService thread = Executors.newSingleThreadExecutor(r -> daemon(r, "felucca-spawner"));
    private final ScheduledThreadPoolExecutor clock =
            new ScheduledThreadPoolExecutor(1, r -> daemon(r, "felucca-birth-clock"));
    private final Fd binary = Memfds.sealed("felucca-init", Binaries.read("felucca-init"), true);
    private final Fd nothing = Descriptors.open("/dev/null", Descriptors.O_RDWR);
    private final Spares<Bootstrap> plain = new Spares<>(this::start, thread);
    /** With the namespaces of {@link Spawner#AHEAD}. */
    private final Spares<Bootstrap> ready = new Spares<>(this::startAhead, thread);

    @Activate
    public SpawnerComponent(@Reference BaseNamespace base) {
        clock.setRemoveOnCancelPolicy(true);
        inBase(() -> {
            Namespaces.unshare(Namespaces.CLONE_FS);
            Namespaces.setns(base.fd(), NamespaceType.MOUNT);
            plain.fillHere();
            ready.fillHere();
            return true;
        });
    }

    private static Thread daemon(Runnable work, String name) {
        Thread t = new Thread(work, name);
        t.setDaemon(true);
        return t;
    }

    @Override
    public <T> T inBase(Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, thread).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException r) {
                throw r;
            }
            throw e;
        }
    }

    /** In the spawner thread. */
    private Bootstrap start() {
        Sockets.Pair pair = Sockets.pair(Sockets.SOCK_SEQPACKET);
        try (Fd theirs = pair.second()) {
            int pid = Spawn.of(binary.procPath(), List.of("felucca-init"))
                    .fd(0, nothing)
                    .fd(1, nothing)
                    .fd(2, nothing)
                    .fd(3, theirs)
                    .start();
            return new Bootstrap(pid, pair.first());
        } catch (RuntimeException e) {
            pair.first().close();
            throw e;
        }
    }

    private Bootstrap startAhead() {
        Bootstrap b = start();
        try {
            InitSession.makeAhead(b.socket(), AHEAD);
            return b;
        } catch (RuntimeException e) {
            b.socket().close();
            Processes.destroy(b.pid());
            throw e;
        }
    }

    @Override
    public InitSession spawn(byte[] plan, Set<NamespaceType> made, List<Fd> slots, Duration deadline) {
        Spares<Bootstrap> spares = made.containsAll(AHEAD) ? ready : plain;
        try (Fd memfd = Memfds.sealed("felucca-plan", plan, false)) {
            Optional<Bootstrap> spare = spares.take();
            if (spare.isPresent()) {
                Optional<InitSession> session = birth(spare.get(), spares, memfd, slots, deadline);
                if (session.isPresent()) {
                    return session.get();
                }
            }
            return birth(inBase(this::start), spares, memfd, slots, deadline)
                    .orElseThrow(() -> EngineException.internal("felucca-init ended before it had a plan", null));
        }
    }

    /** Replaces the bootstraps that were taken, and returns when they are there: for a look at what the engine holds at rest. */
    public void awaitFull() {
        inBase(() -> {
            plain.fillHere();
            ready.fillHere();
            return true;
        });
    }

    /** Empty if the bootstrap is gone before it got anything: killed from outside, as by an out-of-memory killer. */
    private Optional<InitSession> birth(
            Bootstrap bootstrap, Spares<Bootstrap> spares, Fd plan, List<Fd> slots, Duration deadline) {
        InitSession session = new InitSession(bootstrap.socket(), true);
        cutOffAfter(deadline, session, spares::fill);
        boolean begun = false;
        try {
            session.begin(plan, slots);
            begun = true;
            session.awaitBirth();
        } catch (RuntimeException e) {
            session.abort(e);
            if (!Processes.destroy(bootstrap.pid())) {
                e.addSuppressed(EngineException.unavailable(
                        "process " + bootstrap.pid() + " was killed and does not end; it will be reaped when it ends"));
            }
            boolean gone =
                    e instanceof KernelException k && (k.errno() == Errno.EPIPE || k.errno() == Errno.ECONNRESET);
            if (gone && !begun) {
                return Optional.empty();
            }
            throw e;
        }
        Processes.wait(bootstrap.pid());
        return Optional.of(session);
    }

    private void cutOffAfter(Duration deadline, InitSession session, Runnable afterwards) {
        ScheduledFuture<?> cut = clock.schedule(session::cutOff, deadline.toNanos(), TimeUnit.NANOSECONDS);
        session.onEnd(() -> {
            cut.cancel(false);
            afterwards.run();
        });
    }

    @Override
    public InitSession begin(Fd init, byte[] plan, List<Fd> slots, Duration deadline) {
        InitSession session = new InitSession(init, false);
        cutOffAfter(deadline, session, () -> {});
        try (Fd memfd = Memfds.sealed("felucca-plan", plan, false)) {
            session.begin(memfd, slots);
            session.awaitBirth();
            return session;
        } catch (RuntimeException e) {
            session.abort(e);
            throw e;
        }
    }

    @Override
    public Fd binary() {
        return binary;
    }

    @Deactivate
    public void close() {
        clock.shutdownNow();
        inBase(() -> {
            plain.close();
            ready.close();
            return true;
        });
        thread.shutdown();
        binary.close();
        nothing.close();
    }
}
