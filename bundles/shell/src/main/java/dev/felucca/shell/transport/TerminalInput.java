package dev.felucca.shell.transport;

import java.io.IOException;
import org.jline.utils.NonBlockingInputStream;

/**
 * Keys for the line editor, taken one by one from the caller's input: what is typed ahead belongs to the command that runs
 * next. So there is no thread that reads ahead, as JLine's own terminals have. For one thread.
 */
final class TerminalInput extends NonBlockingInputStream {
    private static final int NOTHING = -3;

    private final StdinStream stdin;
    private int peeked = NOTHING;

    TerminalInput(StdinStream stdin) {
        this.stdin = stdin;
    }

    @Override
    public int read(long timeout, boolean isPeek) throws IOException {
        int b = peeked == NOTHING ? stdin.read(timeout) : peeked;
        peeked = isPeek && b != READ_EXPIRED ? b : NOTHING;
        return b;
    }
}
