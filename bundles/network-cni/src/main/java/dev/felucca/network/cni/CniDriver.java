package dev.felucca.network.cni;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.network.Endpoint;
import dev.felucca.api.network.NetworkDriver;
import dev.felucca.api.network.NetworkInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Networks as the CNI plugins of this host make them. A network names a configuration in the directory of such: by the option
 * {@code conflist}, or by its own name. The plugins give out the addresses, and may do what they like in the host's namespace;
 * what was asked of them is on disk until they have taken it back.
 */
@Component(property = Driver.NAME + "=" + CniDriver.CNI, configurationPid = CniConfig.PID)
@Designate(ocd = CniConfig.class)
public final class CniDriver implements NetworkDriver {
    static final String CNI = "cni";

    private static final String CONFLIST = "conflist";

    private final Records records;
    private final Plugin plugin;
    private final List<Path> pluginDirectories;
    private final Path configDirectory;

    @Activate
    public CniDriver(@Reference EngineRoots roots, CniConfig config) {
        this(
                roots.dataRoot(),
                Stream.of(config.plugin_dirs()).map(Path::of).toList(),
                Path.of(config.config_dir()),
                config.timeout_seconds());
    }

    CniDriver(Path dataRoot, List<Path> pluginDirectories, Path configDirectory, int timeoutSeconds) {
        records = new Records(dataRoot);
        plugin = new Plugin(pluginDirectories, timeoutSeconds);
        this.pluginDirectories = pluginDirectories;
        this.configDirectory = configDirectory;
    }

    @Override
    public String name() {
        return CNI;
    }

    @Override
    public boolean ownsAddresses() {
        return true;
    }

    @Override
    public void probe() {
        if (pluginDirectories.stream().noneMatch(Files::isDirectory)) {
            throw EngineException.unsupported(
                    "there are no CNI plugins in " + pluginDirectories + " (Debian: containernetworking-plugins)");
        }
    }

    @Override
    public Map<String, String> status() {
        return pluginDirectories.stream().anyMatch(Files::isDirectory)
                ? Map.of("Configurations", configDirectory.toString())
                : Map.of(
                        UNAVAILABLE,
                        "there are no CNI plugins in " + pluginDirectories + " (Debian: containernetworking-plugins)");
    }

    @Override
    public List<String> warnings() {
        return List.of();
    }

    private ConfList list(NetworkInfo network) {
        return ConfList.find(configDirectory, network.options().getOrDefault(CONFLIST, network.name()));
    }

    @Override
    public void check(NetworkInfo network) {
        for (String option : network.options().keySet()) {
            if (!option.equals(CONFLIST)) {
                throw EngineException.unsupported(
                        "network " + network.name() + ": not supported: option " + option + "; known is " + CONFLIST);
            }
        }
        if (network.internal()) {
            throw EngineException.unsupported("network " + network.name()
                    + ": not supported: --internal with driver cni, whose plugins decide what is reached");
        }
        list(network);
    }

    /** The plugins make what they need with the first container. */
    @Override
    public void create(NetworkInfo network) {}

    @Override
    public void remove(NetworkInfo network) {}

    @Override
    public Endpoint connect(NetworkInfo network, Endpoint endpoint, String namespace) {
        Attachment wanted = Attachment.of(endpoint, list(network));
        records.write(wanted);
        try {
            Attachment made = wanted.add(plugin, namespace);
            records.write(made);
            return made.applied(endpoint);
        } catch (RuntimeException e) {
            try {
                wanted.delete(plugin, namespace);
                records.delete(endpoint.id());
            } catch (RuntimeException second) {
                // its record stays, and the next start tries again
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    @Override
    public void disconnect(NetworkInfo network, Endpoint endpoint, @Nullable String namespace) {
        records.read(endpoint.id()).ifPresent(a -> {
            a.delete(plugin, namespace);
            records.delete(a.id());
        });
    }

    @Override
    public void verify(NetworkInfo network, Endpoint endpoint, String namespace) {
        Attachment a = records.read(endpoint.id())
                .orElseThrow(() -> EngineException.unavailable("nothing is known of CNI attachment " + endpoint.id()));
        a.check(plugin, namespace);
    }

    /** Takes back what belongs to no container any more. */
    @Override
    public List<String> restore(List<NetworkInfo> networks, List<Endpoint> endpoints) {
        List<String> done = new ArrayList<>();
        Set<String> expected = endpoints.stream().map(Endpoint::id).collect(Collectors.toSet());
        for (Attachment a : records.all()) {
            if (!expected.contains(a.id())) {
                try {
                    a.delete(plugin, null);
                    records.delete(a.id());
                    done.add("took back an attachment to CNI network "
                            + a.list().name() + ", which belonged to no container");
                } catch (EngineException e) {
                    done.add(e.message());
                }
            }
        }
        return done;
    }
}
