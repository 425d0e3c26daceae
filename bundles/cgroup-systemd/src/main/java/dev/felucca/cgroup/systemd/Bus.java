package dev.felucca.cgroup.systemd;

import dev.felucca.api.EngineException;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.freedesktop.dbus.connections.IDisconnectCallback;
import org.freedesktop.dbus.connections.impl.DBusConnection;
import org.freedesktop.dbus.connections.impl.DBusConnectionBuilder;
import org.freedesktop.dbus.errors.NoReply;
import org.freedesktop.dbus.errors.ServiceUnknown;
import org.freedesktop.dbus.errors.Timeout;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.exceptions.DBusExecutionException;
import org.freedesktop.dbus.exceptions.NotConnected;
import org.freedesktop.dbus.interfaces.DBus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection to systemd over the system bus: made by the first call, and again by the next one after it was lost. Thread-safe. */
final class Bus implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Bus.class);

    private final String socket;
    private final Consumer<SystemdManager.JobRemoved> onJob;
    /** Called when signals may have been lost: the bus is gone, or systemd has begun anew. */
    private final Runnable onLoss;

    private @Nullable DBusConnection connection;
    private @Nullable SystemdManager manager;

    Bus(String socket, Consumer<SystemdManager.JobRemoved> onJob, Runnable onLoss) {
        this.socket = socket;
        this.onJob = onJob;
        this.onLoss = onLoss;
    }

    /**
     * Calls systemd.
     *
     * @param what the call in words, for errors
     * @throws Refused if systemd answers with an error
     * @throws EngineException UNAVAILABLE if there is no answer
     */
    <T> T call(String what, Function<SystemdManager, T> call) {
        SystemdManager m = manager(what);
        try {
            return call.apply(m);
        } catch (NotConnected | NoReply | ServiceUnknown | Timeout e) {
            throw gone(what, e);
        } catch (DBusExecutionException e) {
            throw new Refused(what, e);
        }
    }

    private static EngineException gone(String what, Exception e) {
        return new EngineException(
                EngineException.Kind.UNAVAILABLE,
                "systemd does not answer over D-Bus: " + what + ": " + e.getMessage()
                        + "; whether it has been done is not known. The next call connects anew",
                e);
    }

    private synchronized SystemdManager manager(String what) {
        DBusConnection c = connection;
        SystemdManager m = manager;
        if (c != null && c.isConnected() && m != null) {
            return m;
        }
        drop();
        try {
            return connect();
        } catch (DBusException | DBusExecutionException e) {
            drop();
            throw new EngineException(
                    EngineException.Kind.UNAVAILABLE,
                    "cannot reach systemd over D-Bus at " + socket + ": " + what + ": " + e.getMessage()
                            + "; is the D-Bus daemon running? (systemctl status dbus.socket)",
                    e);
        }
    }

    private SystemdManager connect() throws DBusException {
        DBusConnection c = DBusConnectionBuilder.forAddress("unix:path=" + socket)
                .withShared(false)
                .withDisconnectCallback(new Lost())
                .receivingThreadConfig()
                .withSignalThreadCount(1)
                .withErrorHandlerThreadCount(1)
                .withMethodCallThreadCount(1)
                .withMethodReturnThreadCount(1)
                .connectionConfig()
                .transportConfig()
                .withServiceLoaderClassLoader(DBusConnection.class.getClassLoader())
                .back()
                .build();
        connection = c;
        c.addSigHandler(SystemdManager.JobRemoved.class, onJob::accept);
        c.addSigHandler(DBus.NameOwnerChanged.class, s -> {
            if (s.name.equals(SystemdManager.SERVICE)) {
                LOG.info("systemd has left or joined D-Bus anew");
                onLoss.run();
            }
        });
        SystemdManager m = c.getRemoteObject(SystemdManager.SERVICE, SystemdManager.PATH, SystemdManager.class);
        m.subscribe();
        manager = m;
        return m;
    }

    private synchronized void drop() {
        DBusConnection c = connection;
        connection = null;
        manager = null;
        if (c != null) {
            c.disconnect();
        }
    }

    @Override
    public void close() {
        drop();
    }

    private final class Lost implements IDisconnectCallback {
        @Override
        public void disconnectOnError(IOException why) {
            LOG.warn("the connection to D-Bus is lost: {}", why.getMessage());
            onLoss.run();
        }
    }

    /** systemd's answer is an error; which one, the library does not tell. */
    static final class Refused extends EngineException {
        Refused(String what, DBusExecutionException e) {
            super(Kind.INVALID, "systemd refuses: " + what + ": " + e.getMessage(), e);
        }
    }
}
