package dev.felucca.core.driver;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerViews;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.driver.DriverInfo;
import dev.felucca.api.driver.DriverKind;
import dev.felucca.api.driver.Drivers;
import dev.felucca.core.network.NetworkTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists drivers, and replaces a driver's bundle by another build beside it. */
@Component(service = Drivers.class)
public final class DriverAdministration implements Drivers {
    private static final Logger LOG = LoggerFactory.getLogger(DriverAdministration.class);

    private final BundleContext context;
    private final Registries registries;
    private final ContainerViews containers;

    @Activate
    public DriverAdministration(
            BundleContext context, @Reference Registries registries, @Reference ContainerViews containers) {
        this.context = context;
        this.registries = registries;
        this.containers = containers;
    }

    @Override
    public List<DriverInfo> list() {
        List<ContainerInfo> all = containers.list();
        List<DriverInfo> found = new ArrayList<>();
        for (DriverRegistry<? extends Driver> registry : registries.all()) {
            for (DriverEntry<? extends Driver> e : registry.all()) {
                found.add(info(registry, e, all));
            }
        }
        return found;
    }

    private DriverInfo info(
            DriverRegistry<? extends Driver> registry, DriverEntry<? extends Driver> e, List<ContainerInfo> all) {
        DriverKind kind = registry.kind();
        List<String> choices = registry.choices(e);
        int uses = 0;
        for (ContainerInfo c : all) {
            if (uses(kind, c, choices)) {
                uses++;
            }
        }
        Map<String, String> status = e.driver.status();
        return new DriverInfo(
                kind,
                e.name,
                choices,
                e.bundle.getSymbolicName(),
                e.bundle.getVersion().toString(),
                e.draining() ? "draining" : status.containsKey(Driver.UNAVAILABLE) ? Driver.UNAVAILABLE : "active",
                choices.contains(selected(kind)),
                e.leases(),
                uses,
                status);
    }

    private boolean uses(DriverKind kind, ContainerInfo c, List<String> choices) {
        return switch (kind) {
            case STORAGE -> choices.contains(c.storage());
            case CGROUP -> choices.contains(c.cgroup());
            case NAMESPACE -> choices.contains(c.namespace());
            case EXEC -> choices.contains(c.runtime());
            case NETWORK -> c.endpoints().stream().anyMatch(e -> choices.contains(e.driver()));
            case NAMES ->
                c.endpoints().stream().anyMatch(e -> !e.networkName().equals(NetworkTable.BRIDGE))
                        && choices.contains(registries.config().name_server());
        };
    }

    private String selected(DriverKind kind) {
        return switch (kind) {
            case STORAGE -> registries.config().storage_driver();
            case CGROUP -> registries.config().cgroup_manager();
            case NAMESPACE -> registries.config().namespace_strategy();
            case EXEC -> registries.config().default_runtime();
            case NETWORK -> registries.config().network_driver();
            case NAMES -> registries.config().name_server();
        };
    }

    @Override
    public synchronized List<DriverInfo> update(Path bundleFile) {
        String name = symbolicName(bundleFile);
        List<Bundle> old = new ArrayList<>();
        for (Bundle b : context.getBundles()) {
            if (name.equals(b.getSymbolicName())) {
                old.add(b);
            }
        }
        if (old.stream().noneMatch(this::isDriver)) {
            throw EngineException.invalid("drivers update: " + bundleFile + " is a bundle " + name
                    + (old.isEmpty()
                            ? ", and no driver bundle of that name is installed; see: felucca drivers"
                            : ", which is no driver but a part of the engine: it is replaced by a restart of the engine with"
                                    + " the new build"));
        }
        Bundle fresh = install(bundleFile, old);
        try {
            fresh.start();
            probe(fresh);
        } catch (BundleException | RuntimeException e) {
            uninstall(fresh);
            throw new EngineException(
                    EngineException.Kind.UNSUPPORTED,
                    "drivers update: the new " + name + " does not work and was removed; the old one serves on: "
                            + reason(e),
                    e);
        }
        registries.all().forEach(r -> r.promote(fresh));
        old.forEach(DriverAdministration::uninstall);
        LOG.info("driver bundle {} replaced by {}", name, bundleFile);
        return list().stream().filter(d -> d.bundle().equals(name)).toList();
    }

    private static String reason(Throwable e) {
        Throwable t = e;
        while (t.getCause() != null && !(t instanceof EngineException)) {
            t = t.getCause();
        }
        return String.valueOf(t.getMessage());
    }

    private boolean isDriver(Bundle bundle) {
        return registries.all().stream().anyMatch(r -> !r.of(bundle).isEmpty());
    }

    /** Each of its drivers must work, but for one that did not work on this host before. */
    private void probe(Bundle fresh) {
        EngineException failure = null;
        boolean any = false;
        for (DriverRegistry<? extends Driver> registry : registries.all()) {
            for (DriverEntry<? extends Driver> entry : registry.of(fresh)) {
                try {
                    entry.driver.probe();
                    any = true;
                } catch (EngineException e) {
                    if (registry.all().stream()
                            .anyMatch(o -> o.name.equals(entry.name) && !o.bundle.equals(fresh) && works(o))) {
                        throw e;
                    }
                    failure = e;
                }
            }
        }
        if (!any) {
            throw failure == null ? EngineException.unsupported("it started, but offers no driver") : failure;
        }
    }

    private static boolean works(DriverEntry<? extends Driver> entry) {
        try {
            entry.driver.probe();
            return true;
        } catch (EngineException e) {
            LOG.info("driver {} cannot be used on this host: {}", entry.name, e.message());
            return false;
        }
    }

    private Bundle install(Path file, List<Bundle> old) {
        // a location of its own for each content, so that the same file can be used twice
        String location = "felucca-update:" + file.toAbsolutePath() + "@" + System.nanoTime();
        try (InputStream in = Files.newInputStream(file)) {
            return context.installBundle(location, in);
        } catch (IOException | BundleException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID,
                    "drivers update: " + file + " cannot be installed beside " + old + ": " + e.getMessage(),
                    e);
        }
    }

    private static void uninstall(Bundle bundle) {
        try {
            bundle.uninstall();
        } catch (BundleException e) {
            LOG.error("bundle {} cannot be uninstalled", bundle, e);
        }
    }

    private static String symbolicName(Path file) {
        try (JarFile jar = new JarFile(file.toFile())) {
            String value = jar.getManifest() == null
                    ? null
                    : jar.getManifest().getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME);
            if (value == null) {
                throw EngineException.invalid(
                        "drivers update: " + file + " is no OSGi bundle: it has no symbolic name");
            }
            int end = value.indexOf(';');
            return end < 0 ? value.trim() : value.substring(0, end).trim();
        } catch (IOException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID, "drivers update: " + file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
