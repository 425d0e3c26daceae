package dev.felucca.cgroup.raw;

import dev.felucca.api.EngineException;
import dev.felucca.api.cgroup.CgroupHandle;
import dev.felucca.api.cgroup.CgroupManager;
import dev.felucca.api.cgroup.CgroupStats;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.door.cgroup.CgroupPaths;
import dev.felucca.door.cgroup.Groups;
import dev.felucca.door.cgroup.HostLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/** The manager that writes the kernel's files itself; see the bundle's README. The host's layout is read once, at start. */
@Component(
        service = CgroupManager.class,
        configurationPid = "dev.felucca.cgroup.raw",
        property = Driver.NAME + "=" + RawCgroupManager.NAME)
@Designate(ocd = RawConfig.class)
public final class RawCgroupManager implements CgroupManager {
    static final String NAME = "raw";

    private final String parent;
    private final Groups groups;

    @Activate
    public RawCgroupManager(RawConfig config) {
        this(HostLayout.discover(), config.parent(), config.patience_millis());
    }

    RawCgroupManager(HostLayout layout, String parent, long patienceMillis) {
        this.parent = CgroupPaths.check(parent);
        this.groups = new Groups(layout, patienceMillis);
    }

    /** The parent group goes with the last manager, if no container is left in it. */
    @Deactivate
    void deactivate() {
        groups.close();
        groups.removeIfEmpty(parent);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void probe() {
        if (groups.layout().hierarchies().isEmpty()) {
            throw EngineException.unsupported(
                    "no cgroup hierarchy is mounted; mount one, as with \"mount -t cgroup2 none /sys/fs/cgroup\"");
        }
        String path = CgroupPaths.of(parent, "probe-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
        prepare(path, LinuxResources.EMPTY).close();
        destroy(path);
    }

    @Override
    public Map<String, String> status() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("cgroup version", groups.version());
        facts.put("hierarchies", groups.names());
        facts.put("parent", parent);
        return facts;
    }

    @Override
    public String cgroupsPath(String containerId, String wanted) {
        return CgroupPaths.of(wanted.isEmpty() ? parent : wanted, containerId);
    }

    @Override
    public CgroupHandle prepare(String cgroupsPath, LinuxResources resources) {
        return groups.prepare(cgroupsPath, resources);
    }

    @Override
    public void apply(String cgroupsPath, int pid, LinuxResources resources) {
        groups.apply(cgroupsPath, pid);
    }

    @Override
    public void join(String cgroupsPath, int pid) {
        groups.apply(cgroupsPath, pid);
    }

    @Override
    public void set(String cgroupsPath, LinuxResources resources) {
        groups.set(cgroupsPath, resources);
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
        return groups.oomKills(cgroupsPath);
    }

    @Override
    public OomWatch watchOom(String cgroupsPath, Runnable onOom) {
        return groups.watchOom(cgroupsPath, onOom);
    }

    @Override
    public boolean exists(String cgroupsPath) {
        return groups.exists(cgroupsPath);
    }

    @Override
    public void destroy(String cgroupsPath) {
        groups.destroy(cgroupsPath);
    }

    @Override
    public List<String> groups() {
        return groups.children(parent).stream().map(name -> parent + "/" + name).toList();
    }
}
