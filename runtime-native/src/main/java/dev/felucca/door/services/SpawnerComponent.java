package dev.felucca.door.services;

import dev.felucca.api.EngineException;
import dev.felucca.door.BaseNamespace;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.InitSession;
import dev.felucca.door.Memfds;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import dev.felucca.door.Processes;
import dev.felucca.door.Sockets;
import dev.felucca.door.Spawn;
import dev.felucca.door.Spawner;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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
    private final Fd binary = Memfds.sealed("felucca-init", binary(), true);
    private final Fd nothing = Descriptors.open("/dev/null", Descriptors.O_RDWR);

    @Activate
    public SpawnerComponent(@Reference BaseNamespace base) {
        clock.setRemoveOnCancelPolicy(true);
        onThread(() -> {
            Namespaces.unshare(Namespaces.CLONE_FS);
            Namespaces.setns(base.fd(), NamespaceType.MOUNT);
            return 0;
        });
    }

    private static Thread daemon(Runnable work, String name) {
        Thread t = new Thread(work, name);
        t.setDaemon(true);
        return t;
    }

    private static byte[] binary() {
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT).replace("amd64", "x86_64");
        String path = "/native/linux-" + arch + "/felucca-init";
        try (InputStream in = SpawnerComponent.class.getResourceAsStream(path)) {
            if (in == null) {
                throw EngineException.unsupported("this build of Felucca has no " + path + " for this machine");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw EngineException.internal("cannot read " + path + " of the bundle", e);
        }
    }

    private int onThread(java.util.function.IntSupplier work) {
        try {
            return CompletableFuture.supplyAsync(work::getAsInt, thread).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException r) {
                throw r;
            }
            throw e;
        }
    }

    @Override
    public InitSession spawn(byte[] plan, List<Fd> slots, Duration deadline) {
        Sockets.Pair pair = Sockets.pair(Sockets.SOCK_SEQPACKET);
        InitSession session = new InitSession(pair.first());
        int bootstrap;
        try (Fd theirs = pair.second()) {
            bootstrap = onThread(() -> Spawn.of(binary.procPath(), List.of("felucca-init"))
                    .fd(0, nothing)
                    .fd(1, nothing)
                    .fd(2, nothing)
                    .fd(3, theirs)
                    .start());
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
        ScheduledFuture<?> cut = clock.schedule(session::cutOff, deadline.toNanos(), TimeUnit.NANOSECONDS);
        session.onEnd(() -> cut.cancel(false));
        try (Fd memfd = Memfds.sealed("felucca-plan", plan, false)) {
            session.begin(memfd, slots);
            session.awaitBirth();
        } catch (RuntimeException e) {
            session.abort();
            Processes.kill(bootstrap, Processes.SIGKILL);
            Processes.wait(bootstrap);
            throw e;
        }
        Processes.wait(bootstrap);
        return session;
    }

    @Deactivate
    public void close() {
        clock.shutdownNow();
        thread.shutdown();
        binary.close();
        nothing.close();
    }
}
