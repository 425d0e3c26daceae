package dev.felucca.door;

import dev.felucca.api.EngineException;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.exec.ProcessListener;
import java.util.concurrent.CountDownLatch;

/**
 * A child that felucca-init became or is about to become: what must live on when the backend's bundle is updated. Lies in the
 * {@link Handles} table. Thread-safe.
 */
public final class InitProcess implements AutoCloseable {
    private final Execution execution;
    private final ProcessStreams streams;
    private final CountDownLatch gone = new CountDownLatch(1);

    public InitProcess(Execution execution, ProcessStreams streams) {
        this.execution = execution;
        this.streams = streams;
    }

    public Execution execution() {
        return execution;
    }

    public int pid() {
        return execution.session().pid();
    }

    public ProcessStreams streams() {
        return streams;
    }

    /** Reports the end to the listener, after the streams were told to end. */
    public void watch(Monitor monitor, String key, ProcessListener listener) {
        monitor.onExit(key, pid(), execution.session().pidfd().dup(), exit -> {
            gone.countDown();
            streams.finish();
            var s = exit.status()
                    .orElseThrow(() -> EngineException.internal("pid " + exit.pid() + " was reaped by another", null));
            execution.ended(new ExitStatus(s.code(), s.signal(), s.coreDumped(), exit.time()), listener::exited);
        });
    }

    /** The process has ended: closes what stood for it; its streams go on to their ends. */
    public void forget() {
        execution.forget();
    }

    /** Kills the process if it runs, waits for its end, closes everything. */
    @Override
    public void close() {
        execution.kill();
        try {
            if (!gone.await(10, java.util.concurrent.TimeUnit.SECONDS)) {
                throw EngineException.unavailable(
                        "process " + pid() + " does not end; it is blocked in the kernel (state D)");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw EngineException.unavailable("interrupted while process " + pid() + " was ending");
        } finally {
            execution.session().close();
            streams.close();
        }
    }
}
