package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerStreams.Attachment;
import dev.felucca.api.container.DetachKeys;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.exec.StreamKind;
import dev.felucca.shell.terminal.ShellTerminal;
import dev.felucca.shell.terminal.WindowSize;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A caller joined to a program's streams until it ends, the caller leaves by its keys, or the caller is gone (the program then
 * runs on).
 */
final class AttachedRun {
    private static final Logger log = LoggerFactory.getLogger(AttachedRun.class);

    /**
     * @param tty whether it has a terminal
     * @param stdin whether the caller's input goes to it
     * @param shown which output the caller sees
     * @param proxySignals whether the caller's signals go to it
     * @param start whether it is to be started once the streams are joined
     */
    record Mode(
            boolean tty, boolean stdin, Set<StreamKind> shown, boolean proxySignals, DetachKeys keys, boolean start) {}

    private final Call call;
    private final Program program;
    private final Mode mode;
    private final OutputQueue queue;
    private volatile boolean detached;
    private final List<Integer> early = new ArrayList<>(); // guarded by itself
    private boolean started; // guarded by early

    AttachedRun(Call call, Program program, Mode mode) {
        this.call = call;
        this.program = program;
        this.mode = mode;
        this.queue = new OutputQueue(mode.tty(), mode.shown());
    }

    /** Returns the program's exit code, or 0 if the caller left. */
    int run() throws InterruptedException, IOException {
        ShellTerminal terminal = call.terminal();
        boolean raw = mode.tty() && mode.stdin() && terminal.stdinIsTty();
        CompletionStage<ExitStatus> exit = null;
        try (Attachment attachment = program.attach(mode.stdin(), queue);
                var gone = terminal.onHangup(queue::close);
                var signals = mode.proxySignals() ? terminal.onSignal(this::signal) : nothing();
                var sizes = mode.tty() ? terminal.onResize(size -> resize(attachment, size)) : nothing();
                var feed = new StdinFeed(terminal, attachment, mode.tty() ? mode.keys() : null, this::detach)) {
            exit = program.exit();
            // before the start, so that the program finds its terminal as it is
            if (mode.tty()) terminal.windowSize().ifPresent(size -> join(attachment, size));
            if (mode.start()) call.await(program.start());
            if (raw) terminal.raw(true);
            begun();
            if (mode.stdin()) feed.start();
            queue.drain(terminal.stdout(), terminal.stderr(), attachment::resume);
        } finally {
            if (raw) terminal.raw(false);
        }
        if (detached) return 0;
        if (queue.isClosed()) throw new Call.CallerGoneException();
        return call.await(exit).code();
    }

    private static ShellTerminal.Registration nothing() {
        return () -> {};
    }

    private void detach() {
        detached = true;
        queue.close();
    }

    /** A signal that comes before the container runs waits for it. */
    private void signal(int number) {
        synchronized (early) {
            if (!started) {
                early.add(number);
                return;
            }
        }
        send(number);
    }

    private void begun() {
        List<Integer> waiting;
        synchronized (early) {
            started = true;
            waiting = List.copyOf(early);
        }
        waiting.forEach(this::send);
    }

    private void send(int number) {
        var unused = program.signal(number).whenComplete((done, failure) -> {
            if (failure != null) log.debug("Signal {} could not be passed on", number, failure);
        });
    }

    /** A program that runs already sees a change, and draws itself for the one who has come, as docker has it do. */
    private void join(Attachment attachment, WindowSize size) {
        if (!mode.start()) resize(attachment, new WindowSize(size.columns() + 1, size.rows() + 1));
        resize(attachment, size);
    }

    private void resize(Attachment attachment, WindowSize size) {
        try {
            attachment.resize(size.rows(), size.columns());
        } catch (EngineException e) {
            // the process may just have ended, or not begun: then there is no terminal to set
            log.debug("The terminal could not be resized", e);
        }
    }
}
