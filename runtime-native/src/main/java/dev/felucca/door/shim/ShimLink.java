package dev.felucca.door.shim;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Message;
import dev.felucca.door.Monitor;
import dev.felucca.door.Sockets;
import dev.felucca.door.shim.ShimRequest.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a shim. A call sends and waits for the answer; what the shim tells by itself goes to the listener. Answers are
 * read by the thread that waits for one, and by the monitor when nobody does. Thread-safe.
 */
public final class ShimLink implements AutoCloseable {
    static final int VERSION = 1;

    private static final int HELLO = 32;
    private static final int REPLY = 33;
    private static final int EXITED = 34;
    private static final int RUN_ENDED = 35;
    private static final int PROCESS = 36;
    private static final int MAX_MESSAGE = 4096;
    /** Of a request. */
    private static final int MAX_FDS = 8;

    private static final int NO_ANSWER = 0;
    private static final int HOLD_TERMINAL = 1;
    private static final int HOLD_STDIN = 2;
    private static final int HOLD_LOG = 4;
    private static final Duration ANSWER = Duration.ofSeconds(20);

    private final Fd socket;
    private final ReentrantLock reading = new ReentrantLock();
    private final AtomicInteger tags = new AtomicInteger();
    private final Map<Integer, CompletableFuture<Reply>> replies = new ConcurrentHashMap<>();
    private final Map<Integer, CompletableFuture<Integer>> runs = new ConcurrentHashMap<>();
    private final Map<Integer, ShimExit> early = new HashMap<>();
    private final List<ShimState> states = new ArrayList<>();
    private @Nullable ShimEvents events;
    private Monitor.@Nullable Watch watch;
    private volatile boolean lost;
    private int pid;

    record Reply(int value, Optional<Fd> descriptor) {}

    /** A program that the shim runs: its pidfd, which is the caller's, and its status as wait(2) gives it once it has ended. */
    public record Run(int pid, Fd pidfd, CompletableFuture<Integer> end) {}

    /** Takes the socket over, and waits for the shim's greeting: UNAVAILABLE if it speaks another protocol, or does not speak. */
    public ShimLink(Fd socket) {
        this.socket = socket;
        try {
            if (!Descriptors.awaitReadable(socket, ANSWER)) {
                throw EngineException.unavailable("the shim does not answer");
            }
            drain();
            if (pid == 0) {
                throw EngineException.unavailable("the shim ended before it said a word");
            }
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** The shim's. */
    public int pid() {
        return pid;
    }

    /** Whether the shim has ended, as far as is known. */
    public boolean isGone() {
        return lost;
    }

    /** From now on its news are told; what has come already, at once. */
    public void listen(Monitor monitor, String key, ShimEvents listener) {
        reading.lock();
        try {
            events = listener;
            early.forEach(listener::exited);
            early.clear();
            watch = monitor.onReadable(key, socket, this::readable);
        } finally {
            reading.unlock();
        }
    }

    private void readable() {
        // Whoever has the lock is reading; should something be left, this is called again.
        if (reading.tryLock()) {
            try {
                if (socket.isOpen()) {
                    drain();
                }
            } finally {
                reading.unlock();
            }
        }
    }

    /** Reads all that is there. */
    private void drain() {
        while (!lost) {
            Optional<Message> next;
            try {
                next = Sockets.receive(socket, MAX_MESSAGE, Sockets.MSG_DONTWAIT);
            } catch (KernelException e) {
                if (e.errno() != Errno.ECONNRESET) {
                    throw e;
                }
                lose();
                return;
            }
            if (next.isEmpty()) {
                return;
            }
            try (Message m = next.get()) {
                if (m.isEnd()) {
                    lose();
                } else {
                    understand(m);
                }
            }
        }
    }

    private void lose() {
        lost = true;
        if (watch != null) {
            watch.close();
        }
        EngineException why = EngineException.unavailable("the shim " + pid + " is gone");
        replies.values().forEach(f -> f.completeExceptionally(why));
        runs.values().forEach(f -> f.completeExceptionally(why));
        if (events != null) {
            events.lost();
        }
    }

    private void understand(Message m) {
        ByteBuffer b = m.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        switch (b.getInt()) {
            case HELLO -> {
                int version = b.getInt();
                if (version != VERSION) {
                    throw EngineException.unavailable(
                            "the shim speaks version " + version + " of the protocol, this engine " + VERSION);
                }
                pid = b.getInt();
            }
            case REPLY -> reply(b, m);
            case EXITED -> exited(b);
            case RUN_ENDED -> {
                CompletableFuture<Integer> run = runs.remove(b.getInt());
                if (run != null) {
                    run.complete(b.getInt());
                }
            }
            case PROCESS -> states.add(state(b));
            default -> throw EngineException.internal("a shim sent an unknown message", null);
        }
    }

    private void reply(ByteBuffer b, Message m) {
        CompletableFuture<Reply> waiting = replies.remove(b.getInt());
        int errno = b.getInt();
        int value = b.getInt();
        if (waiting == null) {
            return;
        }
        if (errno != 0) {
            String what = StandardCharsets.UTF_8.decode(b).toString().replace("\0", "");
            waiting.completeExceptionally(
                    new KernelException("felucca-shim: " + what, "shim " + pid, errno, Errno.describe(errno)));
        } else {
            waiting.complete(
                    new Reply(value, m.descriptors().stream().findFirst().map(Fd::dup)));
        }
    }

    private void exited(ByteBuffer b) {
        int key = b.getInt();
        int status = b.getInt();
        long lostEntries = b.getLong();
        int errno = b.getInt();
        ShimExit exit = new ShimExit(status, Instant.ofEpochSecond(b.getLong(), b.getInt()), lostEntries, errno);
        if (events == null) {
            early.put(key, exit);
        } else {
            events.exited(key, exit);
        }
    }

    private static ShimState state(ByteBuffer b) {
        int key = b.getInt();
        int of = b.getInt();
        int flags = b.getInt();
        int status = b.getInt();
        long lostEntries = b.getLong();
        int errno = b.getInt();
        ShimExit exit = new ShimExit(status, Instant.ofEpochSecond(b.getLong(), b.getInt()), lostEntries, errno);
        String execId = StandardCharsets.UTF_8.decode(b).toString().replace("\0", "");
        return new ShimState(
                key, of, (flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0, (flags & 8) != 0, exit, execId);
    }

    private CompletableFuture<Reply> send(ShimRequest request, int tag) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        replies.put(tag, reply);
        try {
            transmit(request, tag);
        } catch (RuntimeException e) {
            replies.remove(tag);
            throw e;
        }
        return reply;
    }

    private void transmit(ShimRequest request, int tag) {
        try {
            Sockets.send(socket, request.encode(tag), request.descriptors());
        } catch (KernelException e) {
            throw e.errno() == Errno.EPIPE || e.errno() == Errno.ECONNRESET
                    ? new EngineException(EngineException.Kind.UNAVAILABLE, "the shim " + pid + " is gone", e)
                    : e;
        }
    }

    /** Does not wait for the answer: if the shim is gone, its end says so. */
    private void post(ShimRequest request) {
        try {
            transmit(request, NO_ANSWER);
        } catch (EngineException e) {
            if (e.kind() != EngineException.Kind.UNAVAILABLE) {
                throw e;
            }
        }
    }

    private Reply call(ShimRequest request) {
        return await(send(request, tags.incrementAndGet()), ANSWER);
    }

    /** Waits for something that this connection brings. UNAVAILABLE if it does not come in this time, or the shim ends. */
    public <T> T await(CompletableFuture<T> future, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        if (reading.tryLock()) {
            try {
                while (!future.isDone()
                        && Descriptors.awaitReadable(socket, Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
                    drain();
                }
            } finally {
                reading.unlock();
            }
        }
        try {
            return future.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof EngineException told
                    ? told
                    : EngineException.internal("a shim's answer", e.getCause());
        } catch (TimeoutException e) {
            throw new EngineException(
                    EngineException.Kind.UNAVAILABLE,
                    "the shim " + pid + " has not answered within " + limit.toSeconds() + " s",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw EngineException.unavailable("interrupted while waiting for the shim " + pid);
        }
    }

    /** What a shim is to hold of a process. */
    public record Holding(int pid, boolean terminal, List<Fd> outputs, Optional<Fd> stdin, List<Fd> copies) {
        private int flags(boolean log) {
            return (terminal ? HOLD_TERMINAL : 0) | (stdin.isPresent() ? HOLD_STDIN : 0) | (log ? HOLD_LOG : 0);
        }

        private List<Fd> in(List<Fd> before) {
            List<Fd> all = new ArrayList<>(before);
            if (!terminal) {
                stdin.ifPresent(all::add);
            }
            all.addAll(outputs);
            all.addAll(copies);
            return all;
        }
    }

    /** Where a shim writes the log. */
    public record Log(Fd directory, String name, long maxSize, int maxFiles) {}

    /** Init is held, and the socket listens in the directory. All descriptors are lent. */
    public void holdInit(Holding h, Fd directory, Optional<Log> log) {
        List<Fd> before = new ArrayList<>(List.of(directory));
        log.ifPresent(l -> before.add(l.directory));
        long size = log.map(Log::maxSize).orElse(0L);
        call(ShimRequest.of(
                        Kind.HOLD,
                        0,
                        h.pid,
                        h.flags(log.isPresent()),
                        log.map(Log::maxFiles).orElse(1),
                        (int) size,
                        (int) (size >>> 32))
                .say(List.of(log.map(Log::name).orElse("")))
                .with(h.in(before)));
    }

    /** An exec is held; its key. */
    public int holdExec(Holding h, String execId) {
        return call(ShimRequest.of(Kind.HOLD, 1, h.pid, h.flags(false), 0, 0, 0)
                        .say(List.of(execId))
                        .with(h.in(List.of())))
                .value;
    }

    /** From here on the container outlives the engine. */
    public void started(int key) {
        post(ShimRequest.of(Kind.STARTED, key));
    }

    /** The shim, and what it starts from then on, is in the control groups of these files ({@code tasks}, or {@code cgroup.procs} of v2), which are lent. */
    public void join(List<Fd> groups) {
        for (int i = 0; i < groups.size(); i += MAX_FDS) {
            call(ShimRequest.of(Kind.JOIN).with(groups.subList(i, Math.min(groups.size(), i + MAX_FDS))));
        }
    }

    /** Starts a felucca-init; the engine's end of its socket. */
    public Fd init(Fd binary) {
        return descriptor(call(ShimRequest.of(Kind.INIT).with(List.of(binary))))
                .orElseThrow(() -> EngineException.internal("a shim started an init and sent no socket", null));
    }

    private static Optional<Fd> descriptor(Reply reply) {
        return reply.descriptor;
    }

    /** Runs a program with exactly this environment and these three descriptors. It is killed if this connection ends. */
    public Run run(String file, List<String> arguments, List<String> environment, List<Fd> stdio) {
        int tag = tags.incrementAndGet();
        CompletableFuture<Integer> end = new CompletableFuture<>();
        runs.put(tag, end);
        List<String> text = new ArrayList<>(List.of(file));
        text.addAll(arguments);
        text.addAll(environment);
        try {
            Reply reply = await(
                    send(
                            ShimRequest.of(Kind.RUN, arguments.size(), environment.size())
                                    .say(text)
                                    .with(stdio),
                            tag),
                    ANSWER);
            return new Run(reply.value, descriptor(reply).orElseThrow(), end);
        } catch (RuntimeException e) {
            runs.remove(tag);
            throw e;
        }
    }

    /** Gives the shim a mount namespace of its own, without some mounts, and with the root filesystem at a path. */
    public void namespace(List<String> unmount, String target, Fd root) {
        List<String> text = new ArrayList<>(unmount);
        text.add(target);
        call(ShimRequest.of(Kind.NAMESPACE, unmount.size()).say(text).with(List.of(root)));
    }

    /** Copies of the output from now on go to these pipes, which are lent. Standard input, or the terminal, if the process has it. */
    public Optional<Fd> attach(int key, List<Fd> copies) {
        return descriptor(call(ShimRequest.of(Kind.ATTACH, key).with(copies)));
    }

    public void closeStdin(int key) {
        post(ShimRequest.of(Kind.CLOSE_STDIN, key));
    }

    /** Everything that the shim holds. */
    public List<ShimState> state() {
        reading.lock();
        try {
            states.clear();
            call(ShimRequest.of(Kind.STATE));
            return List.copyOf(states);
        } finally {
            reading.unlock();
        }
    }

    /** Kills all that the shim holds; returns when it is gone, and the shim with it. */
    public void delete(Duration limit) {
        CompletableFuture<Reply> answer;
        try {
            answer = send(ShimRequest.of(Kind.DELETE), tags.incrementAndGet());
        } catch (EngineException e) {
            if (e.kind() == EngineException.Kind.UNAVAILABLE) {
                return; // gone, and what was heard of it has not been told yet
            }
            throw e;
        }
        try {
            await(answer, limit);
        } catch (EngineException e) {
            if (!lost) {
                throw e;
            }
        }
    }

    /** The shim goes on. */
    @Override
    public void close() {
        reading.lock();
        try {
            events = null;
            if (watch != null) {
                watch.close();
            }
            socket.close();
        } finally {
            reading.unlock();
        }
    }
}
