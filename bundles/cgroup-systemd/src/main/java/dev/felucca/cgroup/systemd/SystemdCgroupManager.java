package dev.felucca.cgroup.systemd;

import dev.felucca.api.EngineException;
import dev.felucca.api.cgroup.CgroupHandle;
import dev.felucca.api.cgroup.CgroupManager;
import dev.felucca.api.cgroup.CgroupStats;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.door.cgroup.Groups;
import dev.felucca.door.cgroup.HostLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The manager that has systemd make a container's group: a transient scope, begun with the container's first process in it, since
 * a scope is made around processes. So {@link #prepare} only checks, and {@link #apply} makes the group. See the bundle's README.
 */
@Component(
        service = CgroupManager.class,
        configurationPid = "dev.felucca.cgroup.systemd",
        property = Driver.NAME + "=" + SystemdCgroupManager.NAME)
@Designate(ocd = SystemdConfig.class)
public final class SystemdCgroupManager implements CgroupManager {
    static final String NAME = "systemd";
    /** sd_booted(3). */
    private static final Path BOOTED = Path.of("/run/systemd/system");

    private static final String SOCKET = "/run/dbus/system_bus_socket";

    private final String slice;
    private final Groups groups;
    private final OomCounts ooms;
    private final Scopes scopes;

    @Activate
    public SystemdCgroupManager(SystemdConfig config) {
        this(config.slice(), config.patience_millis(), SOCKET);
    }

    SystemdCgroupManager(String slice, long patienceMillis, String socket) {
        this.slice = Slices.check(slice);
        this.groups = new Groups(HostLayout.discover(), patienceMillis);
        this.ooms = new OomCounts(groups);
        this.scopes = new Scopes(groups, new Jobs(socket, patienceMillis));
        if (missing().isEmpty()) {
            groups().forEach(ooms::follow);
        }
    }

    @Deactivate
    void deactivate() {
        ooms.close();
        groups.close();
        scopes.close();
    }

    @Override
    public String name() {
        return NAME;
    }

    /** Why this host cannot have scopes; empty if it can. */
    private String missing() {
        if (!Files.isDirectory(BOOTED)) {
            return "no systemd here: " + BOOTED
                    + " does not exist, so systemd is not this host's service manager; use the" + " cgroup manager raw";
        }
        return groups.layout().hierarchies().isEmpty() ? "no cgroup hierarchy is mounted" : "";
    }

    private void require() {
        String missing = missing();
        if (!missing.isEmpty()) {
            throw EngineException.unsupported(missing);
        }
    }

    @Override
    public void probe() {
        require();
        scopes.probe();
    }

    @Override
    public Map<String, String> status() {
        Map<String, String> facts = new LinkedHashMap<>();
        String missing = missing();
        if (!missing.isEmpty()) {
            facts.put(Driver.UNAVAILABLE, missing);
            return facts;
        }
        facts.put("cgroup version", groups.version());
        facts.put("hierarchies", groups.names());
        facts.put("slice", slice);
        return facts;
    }

    @Override
    public String cgroupsPath(String containerId, String wanted) {
        require();
        return Slices.scopePath(wanted.isEmpty() ? slice : wanted, containerId);
    }

    @Override
    public CgroupHandle prepare(String cgroupsPath, LinuxResources resources) {
        require();
        groups.check(resources);
        // What systemd cannot be told is refused before anything is made.
        ScopeProperties.start(cgroupsPath, 0, resources, groups.layout().pureV2());
        groups.refuseIfPopulated(cgroupsPath);
        destroy(cgroupsPath);
        return new PathOnly(cgroupsPath);
    }

    @Override
    public void apply(String cgroupsPath, int pid, LinuxResources resources) {
        require();
        scopes.start(cgroupsPath, pid, resources);
        ooms.follow(cgroupsPath);
    }

    /** Into the delegated group itself: systemd need not know of the process. */
    @Override
    public void join(String cgroupsPath, int pid) {
        groups.apply(cgroupsPath, pid);
    }

    @Override
    public void set(String cgroupsPath, LinuxResources resources) {
        require();
        scopes.change(cgroupsPath, resources);
    }

    @Override
    public void freeze(String cgroupsPath) {
        groups.freeze(cgroupsPath);
    }

    @Override
    public void thaw(String cgroupsPath) {
        groups.thaw(cgroupsPath);
    }

    @Override
    public boolean frozen(String cgroupsPath) {
        return groups.frozen(cgroupsPath);
    }

    @Override
    public CgroupStats stats(String cgroupsPath) {
        return groups.stats(cgroupsPath);
    }

    @Override
    public List<Integer> processes(String cgroupsPath) {
        return groups.processes(cgroupsPath);
    }

    @Override
    public void kill(String cgroupsPath) {
        groups.kill(cgroupsPath);
    }

    @Override
    public long oomKills(String cgroupsPath) {
        return ooms.of(cgroupsPath);
    }

    @Override
    public OomWatch watchOom(String cgroupsPath, Runnable onOom) {
        // a runtime that makes its scope itself has not called apply
        ooms.followOnce(cgroupsPath);
        return groups.watchOom(cgroupsPath, onOom);
    }

    @Override
    public boolean exists(String cgroupsPath) {
        return groups.exists(cgroupsPath);
    }

    @Override
    public void destroy(String cgroupsPath) {
        require();
        scopes.stop(cgroupsPath);
        ooms.forget(cgroupsPath);
    }

    @Override
    public List<String> groups() {
        String path = Slices.path(slice);
        return groups.children(path).stream()
                .filter(Slices::isScope)
                .map(name -> path + "/" + name)
                .toList();
    }

    /** A group that is yet to be made. */
    private record PathOnly(String cgroupsPath) implements CgroupHandle {
        @Override
        public List<Integer> procsDescriptors() {
            return List.of();
        }

        @Override
        public @Nullable Integer birthDirectory() {
            return null;
        }

        @Override
        public void close() {}
    }
}
