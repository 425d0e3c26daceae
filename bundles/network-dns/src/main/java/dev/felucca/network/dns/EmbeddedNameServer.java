package dev.felucca.network.dns;

import dev.felucca.api.EngineException;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.network.NameServer;
import dev.felucca.api.network.NetworkNames;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.Handles;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The name server in the engine: one thread for all containers. The listening sockets and the namespace are in the door's handle
 * table, where the next build of this bundle finds them; while two builds are there, each query is read by one of them.
 */
@Component(property = Driver.NAME + "=" + EmbeddedNameServer.EMBEDDED, configurationPid = DnsConfig.PID)
@Designate(ocd = DnsConfig.class)
public final class EmbeddedNameServer implements NameServer {
    static final String EMBEDDED = "embedded";

    private static final String UDP = "names.udp";
    private static final String TCP = "names.tcp";
    private static final String NAMESPACE = "names.namespace";

    private final Handles handles;
    private final NetworkNames names;
    private final long timeoutMillis;
    private final Map<String, Service> services = new HashMap<>();
    private final ExecutorService opener = Executors.newSingleThreadExecutor(threads("felucca-names-opener"));
    /** Made with the first container: what most engines never need should cost no start any time. */
    private @Nullable EventLoopGroup group;

    @Activate
    public EmbeddedNameServer(@Reference Handles handles, @Reference NetworkNames names, DnsConfig config) {
        this(handles, names, config.timeout_millis());
    }

    EmbeddedNameServer(Handles handles, NetworkNames names, long timeoutMillis) {
        this.handles = handles;
        this.names = names;
        this.timeoutMillis = timeoutMillis;
        takeOver();
    }

    private static ThreadFactory threads(String name) {
        return r -> {
            Thread t = new Thread(r, name);
            t.setDaemon(true);
            return t;
        };
    }

    private synchronized void takeOver() {
        Set<String> open = handles.list().stream()
                .filter(h -> h.kind().equals(TCP))
                .map(Handles.Entry::id)
                .collect(Collectors.toSet());
        open.forEach(this::serve);
    }

    @Override
    public String name() {
        return EMBEDDED;
    }

    @Override
    public void probe() {
        try (Fd namespace = Namespaces.create(NamespaceType.NETWORK)) {
            Listening tried = listen(namespace);
            tried.udp().close();
            tried.tcp().close();
        } catch (IOException e) {
            throw EngineException.internal("the sockets of a probe cannot be closed: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized Map<String, String> status() {
        return Map.of("Serves", services.size() + " containers");
    }

    private static Listening listen(Fd namespace) {
        return Namespaces.inside(Map.of(NamespaceType.NETWORK, namespace), Listening::open);
    }

    @Override
    public synchronized void open(String containerId, String namespace) {
        if (services.containsKey(containerId)) {
            return;
        }
        Fd inside = Descriptors.open(namespace, Descriptors.O_RDONLY);
        try {
            Listening made = listen(inside);
            handles.put(NAMESPACE, containerId, inside);
            handles.put(UDP, containerId, made.udp());
            handles.put(TCP, containerId, made.tcp());
        } catch (RuntimeException e) {
            inside.close();
            throw e;
        }
        serve(containerId);
    }

    private synchronized void serve(String containerId) {
        Fd namespace = handle(NAMESPACE, containerId, Fd.class);
        Listening listening = new Listening(
                handle(UDP, containerId, DatagramChannel.class), handle(TCP, containerId, ServerSocketChannel.class));
        EventLoopGroup loops = group;
        if (loops == null) {
            loops = new MultiThreadIoEventLoopGroup(1, threads("felucca-names"), NioIoHandler.newFactory());
            group = loops;
        }
        services.put(
                containerId,
                new Service(names, containerId, loops.next(), opener, listening, namespace, timeoutMillis));
    }

    private <T extends AutoCloseable> T handle(String kind, String containerId, Class<T> type) {
        return handles.get(kind, containerId, type)
                .orElseThrow(() -> EngineException.internal(kind + " of container " + containerId + " is gone", null));
    }

    @Override
    public void close(String containerId) {
        Service service;
        synchronized (this) {
            service = services.remove(containerId);
        }
        if (service != null) {
            service.close();
        }
        handles.close(UDP, containerId);
        handles.close(TCP, containerId);
        handles.close(NAMESPACE, containerId);
    }

    /** Leaves the sockets for a successor; the door closes them with the engine. */
    @Deactivate
    synchronized void stop() {
        services.values().forEach(Service::leave);
        services.clear();
        opener.shutdown();
        if (group != null) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }
}
