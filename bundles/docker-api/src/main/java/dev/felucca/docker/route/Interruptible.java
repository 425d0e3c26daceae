package dev.felucca.docker.route;

import dev.felucca.docker.http.Exchange;
import java.io.IOException;

/** Work that is interrupted when the client goes, and only while it is being done. */
final class Interruptible {
    private final Thread worker = Thread.currentThread();
    private boolean over; // guarded by this

    private Interruptible() {}

    interface Work {
        void run() throws IOException;
    }

    static void run(Exchange x, Work work) throws IOException {
        Interruptible i = new Interruptible();
        x.onGone(i::interrupt);
        try {
            work.run();
        } finally {
            i.end();
        }
    }

    private synchronized void interrupt() {
        if (!over) {
            worker.interrupt();
        }
    }

    /** The thread goes on to other clients' work. */
    private synchronized void end() {
        over = true;
        var unused = Thread.interrupted();
    }
}
