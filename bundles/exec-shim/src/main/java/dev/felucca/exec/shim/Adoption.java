package dev.felucca.exec.shim;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.api.exec.AdoptRequest;
import dev.felucca.api.exec.Adopted;
import dev.felucca.api.exec.CreatedProcess;
import dev.felucca.api.exec.ProcessListener;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Processes;
import dev.felucca.door.shim.ShimContainer;
import dev.felucca.door.shim.ShimLink;
import dev.felucca.door.shim.ShimProcess;
import dev.felucca.door.shim.ShimState;
import dev.felucca.door.shim.Shims;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Takes up what earlier engines left: a shim that is there, the record of one that has done its work, or what one left that died. */
final class Adoption {
    private static final int SIGHUP = 1;
    private static final int TRIES = 200;
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final ShimDirectories directories;
    private final Shims shims;

    Adoption(ShimDirectories directories, Shims shims) {
        this.directories = directories;
        this.shims = shims;
    }

    /**
     * @param container makes the container of a connection
     * @param keep puts it into the table, if it runs or has to be deleted
     */
    Adopted adopt(AdoptRequest r, Function<ShimLink, ShimContainer> container, Consumer<ShimContainer> keep) {
        Optional<ShimDirectories.Holding> record = directories.record(r.containerId());
        if (record.isEmpty()) {
            return gone(r, "no shim is recorded for it");
        }
        if (!record.get().bootId().equals(Processes.bootId().strip())) {
            return new Adopted.Gone("the machine was started anew since");
        }
        Optional<ShimLink> link = connect(r.containerId());
        if (link.isEmpty()) {
            // The record may have been written while the connection was tried.
            return directories
                    .exit(r.containerId())
                    .<Adopted>map(
                            e -> new Adopted.Exited(e.toStatus(), e.logLoss().orElse(null)))
                    .orElseGet(() -> gone(
                            r,
                            "its shim (pid " + record.get().pid() + ") ended or was killed while no engine was there"));
        }
        ShimContainer held = container.apply(link.get());
        List<ShimState> states = held.link().state();
        ShimState init = states.stream().filter(s -> s.key() == 0).findFirst().orElse(null);
        if (init == null || !init.started()) {
            held.delete(ShimBackend.PATIENCE);
            return gone(r, "it had not been started when the engine ended");
        }
        keep.accept(held);
        return init.ended()
                ? new Adopted.Exited(
                        init.exit().toStatus(), init.exit().logLoss().orElse(null))
                : running(r, held, states, init);
    }

    private static Adopted running(AdoptRequest r, ShimContainer held, List<ShimState> states, ShimState init) {
        ShimProcess process = held.adopt(init, r.listener());
        Map<String, CreatedProcess> execs = new HashMap<>();
        for (ShimState s : states) {
            if (s.key() == 0) {
                continue;
            }
            ProcessListener listener = r.execListener().apply(s.execId());
            if (s.ended()) {
                listener.exited(s.exit().toStatus());
            } else {
                execs.put(s.execId(), held.adopt(s, listener).created());
            }
        }
        return new Adopted.Running(process.created(), execs);
    }

    /**
     * A connection to the container's shim; empty if there is no shim. One that lives and cannot be reached, because its socket was
     * removed, is told to make it anew.
     */
    Optional<ShimLink> connect(String containerId) {
        Optional<ShimLink> link = tryConnect(containerId);
        Optional<ShimDirectories.Holding> record = directories.record(containerId);
        if (link.isPresent() || record.isEmpty()) {
            return link;
        }
        Optional<Fd> shim = find(record.get().pid(), record.get().startTime());
        if (shim.isEmpty()) {
            return Optional.empty();
        }
        try (Fd pidfd = shim.get()) {
            Processes.sendSignal(pidfd, SIGHUP);
            for (int i = 0; i < TRIES && link.isEmpty(); i++) {
                if (Processes.awaitEnd(pidfd, PAUSE)) {
                    return Optional.empty();
                }
                link = tryConnect(containerId);
            }
        }
        if (link.isEmpty()) {
            throw EngineException.unavailable("the shim of container " + containerId + " (pid "
                    + record.get().pid() + ") lives, and makes no socket in " + directories.of(containerId));
        }
        return link;
    }

    private Optional<ShimLink> tryConnect(String containerId) {
        try {
            return Optional.of(shims.connect(directories.socket(containerId)));
        } catch (KernelException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ECONNREFUSED || e.errno() == Errno.ECONNRESET) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The process of that number if it started then; what started at another time is not touched. */
    private static Optional<Fd> find(int pid, long startTime) {
        Fd pidfd;
        try {
            pidfd = Processes.pidfdOpen(pid);
        } catch (KernelException e) {
            return Optional.empty();
        }
        try {
            if (Processes.startTime(pid) == startTime && !Processes.awaitEnd(pidfd, Duration.ZERO)) {
                return Optional.of(pidfd);
            }
        } catch (KernelException e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.ESRCH) {
                pidfd.close();
                throw e;
            }
        }
        pidfd.close();
        return Optional.empty();
    }

    private static Adopted gone(AdoptRequest r, String reason) {
        Optional<Fd> init = r.pid() == 0 ? Optional.empty() : find(r.pid(), r.startTime());
        if (init.isEmpty()) {
            return new Adopted.Gone(reason);
        }
        try (Fd pidfd = init.get()) {
            if (!Processes.kill(pidfd)) {
                throw EngineException.unavailable("container " + r.containerId() + ": " + reason + ", and its process "
                        + r.pid() + " was killed and does not end (blocked in the kernel, or frozen)");
            }
        }
        return new Adopted.Gone(reason + "; its process " + r.pid() + " was killed");
    }
}
