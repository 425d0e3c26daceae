package dev.felucca.door.shim;

import dev.felucca.api.KernelException;
import dev.felucca.api.exec.ProcessListener;
import dev.felucca.door.Errno;
import dev.felucca.door.Execution;
import dev.felucca.door.Fd;
import dev.felucca.door.Monitor;
import dev.felucca.door.Processes;
import dev.felucca.door.Pump;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A container that a shim holds, as the engine sees it: lies in the door's handle table. Closing it lets the container go on;
 * {@link #delete} ends it. Thread-safe.
 */
public final class ShimContainer implements AutoCloseable, ShimEvents {
    private static final Logger LOG = LoggerFactory.getLogger(ShimContainer.class);

    private final String id;
    private final String runtime;
    private final ShimLink link;
    private final Monitor monitor;
    private final Pump pump;
    private final Map<Integer, ShimProcess> processes = new ConcurrentHashMap<>();
    private final Map<String, Integer> execs = new ConcurrentHashMap<>();
    private final Map<Integer, ShimExit> early = new HashMap<>();
    private @Nullable String lost;
    private boolean deleting;

    /**
     * Takes the connection over, and listens to it.
     *
     * @param runtime the name of the runtime that makes its processes
     */
    public ShimContainer(String id, String runtime, ShimLink link, Monitor monitor, Pump pump) {
        this.id = id;
        this.runtime = runtime;
        this.link = link;
        this.monitor = monitor;
        this.pump = pump;
        link.listen(monitor, id, this);
    }

    public String runtime() {
        return runtime;
    }

    public ShimLink link() {
        return link;
    }

    /** What a process is when it comes under the shim; descriptors are taken over by a successful call. */
    public record Arrival(
            int pid,
            boolean terminal,
            boolean openStdin,
            List<Fd> outputs,
            Optional<Fd> stdin,
            Optional<Execution> execution,
            ProcessListener listener) {
        private ShimLink.Holding holding(List<Fd> copies) {
            return new ShimLink.Holding(
                    pid,
                    terminal,
                    outputs,
                    terminal && openStdin ? outputs.stream().findFirst() : stdin,
                    copies);
        }
    }

    /** Gives init to the shim. */
    public ShimProcess holdInit(Arrival a, Fd directory, Optional<ShimLink.Log> log) {
        ShimIo io = io(a);
        link.holdInit(a.holding(List.of()), directory, log);
        return taken(0, a, io);
    }

    /** Gives an exec to the shim; its output is kept for whoever begins to read it. */
    public ShimProcess holdExec(String execId, Arrival a) {
        ShimIo io = io(a);
        List<Fd> copies = io.prepare();
        int key;
        try {
            key = link.holdExec(a.holding(copies), execId);
        } finally {
            copies.forEach(Fd::close);
        }
        io.key(key);
        execs.put(execId, key);
        return taken(key, a, io);
    }

    private ShimIo io(Arrival a) {
        Optional<Fd> input = a.terminal ? a.outputs.stream().findFirst() : a.stdin;
        return new ShimIo(link, pump, id, a.terminal, a.openStdin, input.map(Fd::dup));
    }

    private ShimProcess taken(int key, Arrival a, ShimIo io) {
        Optional<Fd> pidfd = a.execution.isPresent()
                ? a.execution.map(e -> e.session().pidfd().dup())
                : living(a.pid);
        ShimProcess made = new ShimProcess(a.pid, pidfd, io, a.execution, a.listener);
        a.outputs.forEach(Fd::close);
        a.stdin.ifPresent(Fd::close);
        add(key, made);
        return made;
    }

    /** A process that was here before this engine. */
    public ShimProcess adopt(ShimState state, ProcessListener listener) {
        Optional<Fd> input = link.attach(state.key(), List.of());
        ShimIo io = new ShimIo(link, pump, id, state.terminal(), state.stdin(), input);
        io.key(state.key());
        ShimProcess made = new ShimProcess(state.pid(), living(state.pid()), io, Optional.empty(), listener);
        if (!state.execId().isEmpty()) {
            execs.put(state.execId(), state.key());
        }
        add(state.key(), made);
        return made;
    }

    /** A child of the shim's, if it is there still: once it is reaped its number may be another's. */
    private Optional<Fd> living(int pid) {
        Fd pidfd;
        try {
            pidfd = Processes.pidfdOpen(pid);
        } catch (KernelException e) {
            if (e.errno() == Errno.ESRCH) {
                return Optional.empty();
            }
            throw e;
        }
        try {
            if (Processes.parent(pid) == link.pid()) {
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

    private void add(int key, ShimProcess made) {
        ShimExit exit;
        String why;
        synchronized (this) {
            processes.put(key, made);
            exit = early.remove(key);
            why = lost;
        }
        if (exit != null) {
            over(key, made, exit);
        } else if (why != null) {
            made.lost(why, monitor, id);
        }
    }

    @Override
    public void exited(int key, ShimExit exit) {
        ShimProcess process;
        synchronized (this) {
            process = processes.get(key);
            if (process == null) {
                early.put(key, exit);
            }
        }
        if (process != null) {
            over(key, process, exit);
        }
    }

    private void over(int key, ShimProcess process, ShimExit exit) {
        if (key != 0) {
            processes.remove(key);
            execs.values().remove(key);
        }
        process.ended(exit);
        if (key != 0) {
            process.release();
        }
    }

    @Override
    public void lost() {
        String why = "the shim of the container (pid " + link.pid()
                + ") ended or was killed, and the container was ended with it";
        synchronized (this) {
            if (deleting) {
                return;
            }
            lost = why;
        }
        LOG.warn("{}: {}", id, why);
        processes.values().forEach(p -> p.lost(why, monitor, id));
    }

    /** The exec's program runs: see {@link ShimLink#started}. */
    public void started(String execId) {
        Integer key = execs.get(execId);
        if (key != null) {
            link.started(key);
        }
    }

    public Optional<ShimProcess> init() {
        return Optional.ofNullable(processes.get(0));
    }

    /** An exec that runs. */
    public Optional<ShimProcess> exec(String execId) {
        return Optional.ofNullable(execs.get(execId)).map(processes::get);
    }

    /** Kills everything, and the shim ends. UNAVAILABLE if something does not die in this time: the shim then goes on trying. */
    public void delete(Duration limit) {
        synchronized (this) {
            deleting = true;
        }
        link.delete(limit);
        processes.values().stream()
                .filter(p -> !p.hasEnded())
                .forEach(p -> p.lost("the container was deleted", monitor, id));
        close();
    }

    @Override
    public void close() {
        link.close();
        processes.values().forEach(ShimProcess::close);
    }
}
