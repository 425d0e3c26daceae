package dev.felucca.cgroup.systemd;

import dev.felucca.api.EngineException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.freedesktop.dbus.DBusPath;

/**
 * systemd's jobs, awaited by its signal JobRemoved. A signal may be lost when the bus or systemd begins anew; then the state
 * itself is looked at.
 */
final class Jobs implements AutoCloseable {
    /** A signal; of an unknown job if signals may have been lost. */
    private record Ended(String job, String result) {
        static final Ended UNKNOWN = new Ended("", "");
    }

    private final Map<String, BlockingQueue<Ended>> waiting = new ConcurrentHashMap<>();
    private final Bus bus;
    private final long patienceMillis;

    Jobs(String socket, long patienceMillis) {
        this.bus = new Bus(socket, this::removed, () -> waiting.values().forEach(q -> q.add(Ended.UNKNOWN)));
        this.patienceMillis = patienceMillis;
    }

    Bus bus() {
        return bus;
    }

    private void removed(SystemdManager.JobRemoved signal) {
        BlockingQueue<Ended> queue = waiting.get(signal.unit);
        if (queue != null) {
            queue.add(new Ended(signal.job.getPath(), signal.result));
        }
    }

    /**
     * Has a job done. For one unit, one at a time.
     *
     * @param call begins it
     * @param done whether its purpose is reached, looked at if no answer came
     */
    void run(String unit, String what, Function<SystemdManager, DBusPath> call, BooleanSupplier done) {
        BlockingQueue<Ended> queue = new LinkedBlockingQueue<>();
        waiting.put(unit, queue);
        try {
            String job = bus.call(what, call).getPath();
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
            while (true) {
                Ended ended = queue.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (ended == null) {
                    throw EngineException.unavailable("systemd has not finished in " + patienceMillis + " ms: " + what
                            + "; see: systemctl list-jobs");
                }
                if (ended.equals(Ended.UNKNOWN)
                        ? done.getAsBoolean()
                        : ended.job().equals(job)) {
                    if (!ended.result().isEmpty() && !ended.result().equals("done")) {
                        throw new EngineException(
                                EngineException.Kind.KERNEL,
                                "systemd could not: " + what + ": the job's result is " + ended.result()
                                        + "; see: systemctl status " + unit + " and journalctl -u " + unit,
                                null);
                    }
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw EngineException.unavailable("interrupted while waiting for systemd: " + what);
        } finally {
            waiting.remove(unit, queue);
        }
    }

    @Override
    public void close() {
        bus.close();
    }
}
