package dev.felucca.door;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The engine's side of the handshake with one felucca-init ({@code PROTOCOL.md}). Used by one thread at a time. Closing it
 * aborts an init that has not executed its program yet.
 */
public final class InitSession implements AutoCloseable {
    private static final int PLAN = 1;
    private static final int SLOTS = 2;
    private static final int RELEASE = 3;
    private static final int NAMESPACES = 4;
    private static final int BORN = 16;
    private static final int AT_BARRIER = 17;
    private static final int DESCRIPTOR = 18;
    private static final int EXECUTING = 19;
    private static final int FAILED = 20;
    private static final int CONSOLE = 1;
    private static final int VERSION = 1;
    private static final int MAX_MESSAGE = 64 * 1024;

    private final Fd socket;
    private final boolean child;
    private int pid;
    private @Nullable Fd pidfd;
    private @Nullable Fd console;
    private @Nullable Barrier at;
    private List<Long> operationNanos = List.of();
    private volatile boolean late;
    private Runnable onEnd = () -> {};
    private Consumer<List<Long>> timings = nanos -> {};

    /** @param child whether init will be a child of this process, to be reaped by it */
    public InitSession(Fd socket, boolean child) {
        this.socket = socket;
        this.child = child;
    }

    /** Told, once the program is executed, how many nanoseconds each operation took. */
    public void onTimings(Consumer<List<Long>> listener) {
        timings = listener;
    }

    /** Has a bootstrap that waits for its plan make these namespaces now. */
    public static void makeAhead(Fd socket, Set<NamespaceType> types) {
        int flags = types.stream().mapToInt(NamespaceType::flag).reduce(0, (a, b) -> a | b);
        Sockets.send(socket, words(NAMESPACES, VERSION, flags, 0), List.of());
    }

    /** Sends slots and plan; init begins. */
    public void begin(Fd plan, List<Fd> slots) {
        int max = Sockets.MAX_DESCRIPTORS - 1;
        int first = 0;
        while (slots.size() - first > max) {
            send(SLOTS, VERSION, first, slots.subList(first, first + max));
            first += max;
        }
        List<Fd> last = new ArrayList<>(List.of(plan));
        last.addAll(slots.subList(first, slots.size()));
        sendWords(last, PLAN, VERSION, first, last.size() - 1);
    }

    private void send(int message, int second, int first, List<Fd> fds) {
        sendWords(fds, message, second, first, fds.size());
    }

    private void sendWords(List<Fd> fds, int... words) {
        Sockets.send(socket, words(words), fds);
    }

    private static byte[] words(int... words) {
        ByteBuffer b = ByteBuffer.allocate(words.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int w : words) {
            b.putInt(w);
        }
        return b.array();
    }

    /** Waits until the first process is born. */
    public void awaitBirth() {
        while (pidfd == null) {
            require(next());
        }
    }

    /** Waits until init stands at the barrier. */
    public void awaitBarrier(Barrier barrier) {
        while (at != barrier) {
            if (at != null) {
                throw EngineException.internal("init waits at " + at + ", not at " + barrier, null);
            }
            require(next());
        }
    }

    /** Lets init go on. */
    public void release(Barrier barrier) {
        at = null;
        if (late) {
            throw new InitLate();
        }
        send(RELEASE, barrier.id(), 0, List.of());
    }

    /**
     * Waits until init has executed the program. The timings are to be told by {@link #tellTimings}, when there is time for it.
     */
    public void awaitExecution() {
        while (next()) {
            // The end of file after EXECUTING is the success: the socket was close-on-exec.
        }
        // An end that the deadline made is none: init may hang in execve(2).
        if (late || operationNanos.isEmpty()) {
            throw gone();
        }
    }

    public void tellTimings() {
        timings.accept(operationNanos);
    }

    private void require(boolean more) {
        if (!more) {
            throw gone();
        }
    }

    private EngineException gone() {
        return late ? new InitLate() : new InitFailure(InitFailure.NO_OPERATION, 0, "it ended without a word");
    }

    /** Takes one message; false at the end of file. */
    private boolean next() {
        try (Message m = Sockets.receive(socket, MAX_MESSAGE)) {
            if (m.isEnd()) {
                return false;
            }
            ByteBuffer data = m.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
            int kind = data.getInt();
            switch (kind) {
                case BORN -> {
                    pid = data.getInt();
                    pidfd = m.descriptors().get(0).dup().describedAs("pidfd of " + pid);
                }
                case AT_BARRIER -> at = Barrier.of(data.getInt());
                case DESCRIPTOR -> {
                    if (data.getInt() == CONSOLE) {
                        console = m.descriptors().get(0).dup().describedAs("console of " + pid);
                    }
                }
                case EXECUTING -> operationNanos = nanos(data);
                case FAILED -> throw failure(data);
                default -> throw EngineException.internal("init sent the unknown message " + kind, null);
            }
            return true;
        }
    }

    private static List<Long> nanos(ByteBuffer data) {
        int n = data.getInt();
        List<Long> all = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            all.add(data.getLong());
        }
        return List.copyOf(all);
    }

    private static InitFailure failure(ByteBuffer data) {
        int operation = data.getInt();
        data.getInt();
        int errno = data.getInt();
        byte[] text = new byte[data.remaining()];
        data.get(text);
        String detail = new String(text, StandardCharsets.UTF_8);
        int end = detail.indexOf('\0');
        return new InitFailure(operation, errno, end < 0 ? detail : detail.substring(0, end));
    }

    /** Init as the engine sees it; 0 before its birth. */
    public int pid() {
        return pid;
    }

    /** Stands for init; the session's. */
    public Fd pidfd() {
        Fd fd = pidfd;
        if (fd == null) {
            throw EngineException.internal("init is not born yet", null);
        }
        return fd;
    }

    /** Takes the master of the container's terminal, if init has sent one. */
    public Optional<Fd> takeConsole() {
        Fd fd = console;
        console = null;
        return Optional.ofNullable(fd);
    }

    /** The deadline has passed: init sees the end of file, and so does whoever waits here. From any thread. */
    public void cutOff() {
        late = true;
        Sockets.shutdown(socket, 2);
    }

    /** What is done once when the handshake is over, well or not. */
    public void onEnd(Runnable work) {
        onEnd = work;
    }

    /** The program is executed, or never will be: nothing is said any more. The pidfd stays open. */
    public void end() {
        onEnd.run();
        socket.close();
    }

    /** Ends the handshake; the process, if there is one, goes on. */
    @Override
    public void close() {
        end();
        if (console != null) {
            console.close();
        }
        if (pidfd != null) {
            pidfd.close();
        }
    }

    /**
     * Kills and reaps what was born, and closes. Does not wait without limit: a process that does not die is added to the failure, and
     * reaped when it does.
     *
     * @param why what is thrown to the caller
     */
    public void abort(RuntimeException why) {
        Fd fd = pidfd;
        try {
            if (fd != null && !(child ? Processes.destroy(pid, fd) : Processes.kill(fd))) {
                why.addSuppressed(
                        EngineException.unavailable(
                                "process " + pid
                                        + " was killed and does not end: it is blocked in the kernel, or frozen; it will be reaped when it ends"));
            }
        } catch (KernelException e) {
            why.addSuppressed(e);
        } finally {
            close();
        }
    }
}
