package dev.felucca.core.streams;

import dev.felucca.api.EngineException;
import dev.felucca.api.exec.ProcessIo;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What clients send to one run: its standard input and its terminal's size. Kept in order until the process is there, dropped
 * once it is gone. Thread-safe.
 */
final class StreamInput {
    private final boolean tty;
    private final boolean once;
    private final Queue<java.util.function.Consumer<ProcessIo>> waiting = new ArrayDeque<>();
    private @Nullable ProcessIo io;
    private boolean over;
    private boolean closed;

    StreamInput(boolean tty, boolean once) {
        this.tty = tty;
        this.once = once;
    }

    synchronized void begin(ProcessIo process) {
        io = process;
        waiting.forEach(action -> action.accept(process));
        waiting.clear();
    }

    synchronized void finish() {
        over = true;
        waiting.clear();
    }

    synchronized void write(ByteBuffer data, LongConsumer written) {
        if (over || closed) {
            return;
        }
        if (io != null) {
            io.stdin(data, written);
        } else {
            ByteBuffer copy = ByteBuffer.allocate(data.remaining()).put(data).flip();
            waiting.add(process -> process.stdin(copy, written));
        }
    }

    /** A client's input is at its end: so is the program's, if it was to have it once. Else it stays for the next client. */
    synchronized void clientEnds() {
        if (once && !closed) {
            closed = true;
            act(ProcessIo::closeStdin);
        }
    }

    synchronized void resize(int rows, int columns) {
        if (!tty) {
            throw EngineException.invalid("the container has no terminal to resize; create it with a tty");
        }
        act(process -> process.resize(rows, columns));
    }

    private void act(java.util.function.Consumer<ProcessIo> action) {
        if (io != null && !over) {
            action.accept(io);
        } else if (!over) {
            waiting.add(action);
        }
    }
}
