package dev.felucca.initplan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.felucca.door.Barrier;
import dev.felucca.door.Descriptors;
import dev.felucca.door.ExitStatus;
import dev.felucca.door.Fd;
import dev.felucca.door.Memfds;
import dev.felucca.door.Message;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Processes;
import dev.felucca.door.Sockets;
import dev.felucca.door.Spawn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An engine reduced to the handshake: runs felucca-init on a plan, step by step, and keeps all that it says. What the program
 * writes is collected from a pipe. Closing kills what is left.
 */
final class InitDriver implements AutoCloseable {
    static final int BORN = 16;
    static final int AT_BARRIER = 17;
    static final int DESCRIPTOR = 18;
    static final int EXECUTING = 19;
    static final int FAILED = 20;
    private static final int MAX_FDS = 253;

    /** What FAILED said. */
    record Failure(int operation, int code, int errno, String detail) {}

    private final Fd socket;
    private final Fd output;
    private final int bootstrap;
    private final List<Integer> said = new ArrayList<>();
    private final Map<NamespaceType, Fd> namespaces = new EnumMap<>(NamespaceType.class);
    private @Nullable Fd pidfd;
    private @Nullable Fd console;
    private @Nullable Failure failure;
    private int pid;
    private int at;
    private boolean reaped;

    /** Starts init and sends it the plan. The descriptors of the slots stay the caller's. */
    InitDriver(Plan plan, List<Fd> slots) {
        this(plan, slots, List.of());
    }

    /** @param inherited what a careless engine leaves open in its child, from descriptor 4 on */
    InitDriver(Plan plan, List<Fd> slots, List<Fd> inherited) {
        Sockets.Pair pair = Sockets.pair(Sockets.SOCK_SEQPACKET);
        Descriptors.Pipe pipe = Descriptors.pipe(0);
        socket = pair.first();
        output = pipe.reader();
        try (Fd theirs = pair.second();
                Fd writer = pipe.writer();
                Fd nothing = Descriptors.open("/dev/null", Descriptors.O_RDONLY)) {
            Spawn spawn = Spawn.of(InitBinary.path(), List.of("felucca-init"))
                    .fd(0, nothing)
                    .fd(1, writer)
                    .fd(2, writer)
                    .fd(3, theirs);
            for (int i = 0; i < inherited.size(); i++) {
                spawn.fd(4 + i, inherited.get(i));
            }
            bootstrap = spawn.start();
        }
        send(plan, slots);
    }

    private void send(Plan plan, List<Fd> slots) {
        int first = 0;
        for (; slots.size() - first >= MAX_FDS; first += MAX_FDS) {
            words(slots.subList(first, first + MAX_FDS), 2, 1, first, MAX_FDS);
        }
        try (Fd file = Memfds.sealed("plan", plan.encode(), false)) {
            List<Fd> last = new ArrayList<>(List.of(file));
            last.addAll(slots.subList(first, slots.size()));
            words(last, 1, 1, first, last.size() - 1);
        }
    }

    private void words(List<Fd> fds, int... words) {
        ByteBuffer data = ByteBuffer.allocate(words.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int w : words) {
            data.putInt(w);
        }
        Sockets.send(socket, data.array(), fds);
    }

    /** Takes messages until one of this kind has come; false if the end came before. */
    boolean await(int kind) {
        while (!said.contains(kind)) {
            if (!next()) {
                return false;
            }
        }
        return true;
    }

    private boolean next() {
        try (Message m = Sockets.receive(socket, 1 << 16)) {
            if (m.isEnd()) {
                return false;
            }
            ByteBuffer data = m.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
            int kind = data.getInt();
            said.add(kind);
            switch (kind) {
                case BORN -> {
                    pid = data.getInt();
                    pidfd = m.descriptors().get(0).dup();
                }
                case AT_BARRIER -> at = data.getInt();
                case DESCRIPTOR -> {
                    int what = data.getInt();
                    Fd fd = m.descriptors().get(0).dup();
                    if (what == 1) {
                        console = fd;
                    } else {
                        namespaces.put(NamespaceType.byFlag(data.getInt()).orElseThrow(), fd);
                    }
                }
                case FAILED -> {
                    int operation = data.getInt();
                    int code = data.getInt();
                    int errno = data.getInt();
                    byte[] text = new byte[data.remaining() - 1];
                    data.get(text);
                    failure = new Failure(operation, code, errno, new String(text, StandardCharsets.UTF_8));
                }
                default -> {}
            }
            return true;
        }
    }

    /** Waits until init stands at the barrier. */
    void awaitBarrier(Barrier barrier) {
        while (at != barrier.id()) {
            if (!next()) {
                throw new AssertionError("init ended before the barrier " + barrier + ": " + failure);
            }
        }
    }

    void release(Barrier barrier, List<Fd> slots, int first) {
        awaitBarrier(barrier);
        at = 0;
        words(slots, 3, barrier.id(), first, slots.size());
    }

    /** Releases all barriers, and takes all messages up to the end of file. */
    InitDriver run() {
        while (next()) {
            if (at != 0) {
                release(Barrier.of(at), List.of(), 0);
            }
        }
        return this;
    }

    /** Runs the plan; the program's output. */
    String output() {
        run();
        if (failure != null) {
            throw new AssertionError("init failed: " + failure);
        }
        String text = new String(Descriptors.readAll(output, 1 << 20), StandardCharsets.UTF_8);
        status();
        return text;
    }

    /** Runs the plan, which must fail. */
    Failure failure() {
        run();
        if (failure == null) {
            throw new AssertionError("the plan did not fail");
        }
        return failure;
    }

    /** What FAILED said, if it came so far. */
    Optional<Failure> failed() {
        return Optional.ofNullable(failure);
    }

    void releaseWrongly(Barrier barrier) {
        at = 0;
        words(List.of(), 3, barrier.id(), 0, 0);
    }

    int pid() {
        await(BORN);
        return pid;
    }

    Fd pidfd() {
        await(BORN);
        if (pidfd == null) {
            throw new AssertionError("no process was born: " + failure);
        }
        return pidfd;
    }

    /** The namespace that init has sent. */
    Fd sent(NamespaceType type) {
        Fd fd = namespaces.get(type);
        if (fd == null) {
            throw new AssertionError(type + " did not come");
        }
        return fd;
    }

    Fd console() {
        if (console == null) {
            throw new AssertionError("no console came");
        }
        return console;
    }

    /** The engine has gone: what init sees of it. */
    void die() {
        socket.close();
    }

    /** How the container's first process ended, or the bootstrap if none was born. Waits for it. */
    int status() {
        ExitStatus born = pid == 0 ? null : Processes.wait(pid);
        ExitStatus boot = Processes.wait(bootstrap);
        reaped = true;
        if (born == null) {
            return boot.code();
        }
        assertEquals(0, boot.code(), "the bootstrap");
        return born.code();
    }

    @Override
    public void close() {
        socket.close();
        output.close();
        if (!reaped) {
            if (pidfd != null) {
                Processes.sendSignal(pidfd, Processes.SIGKILL);
            }
            status();
        }
        if (pidfd != null) {
            pidfd.close();
        }
        if (console != null) {
            console.close();
        }
        namespaces.values().forEach(Fd::close);
    }
}
