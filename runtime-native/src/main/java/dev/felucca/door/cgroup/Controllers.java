package dev.felucca.door.cgroup;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.LinuxResources;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The controllers with the hierarchies in which this host has them. Immutable. */
final class Controllers {
    private record Placed(Controller controller, Optional<Hierarchy> hierarchy) {}

    final CpuController cpu = new CpuController();
    final MemoryController memory = new MemoryController();
    final FreezerController freezer = new FreezerController();
    private final HostLayout layout;
    private final List<Placed> all;

    Controllers(HostLayout layout) {
        this.layout = layout;
        // The order in which they are set: cpuset first, because without it a v1 group takes no process.
        List<Controller> order = List.of(
                new CpusetController(),
                cpu,
                new CpuacctController(),
                memory,
                new DevicesController(),
                freezer,
                new BlkioController(),
                new PidsController(),
                new HugetlbController(),
                new NetClsController(),
                new NetPrioController(),
                new RdmaController());
        all = order.stream().map(c -> new Placed(c, layout.of(c))).toList();
    }

    HostLayout layout() {
        return layout;
    }

    Optional<Hierarchy> placeOf(Controller c) {
        return layout.of(c);
    }

    /** UNSUPPORTED if something is to be limited that this host cannot limit. */
    void check(LinuxResources r) {
        for (Placed p : all) {
            String what = p.controller().limits(r);
            if (!what.isEmpty() && p.hierarchy().isEmpty()) {
                throw EngineException.unsupported(what + " needs the cgroup controller "
                        + p.controller().name() + ", which is not mounted on this host; it has " + names());
            }
        }
        if (!r.unified().isEmpty() && layout.unified().isEmpty()) {
            throw EngineException.unsupported(
                    "the cgroup v2 files " + r.unified().keySet() + " cannot be set: this host has no cgroup v2");
        }
    }

    /** Controllers of this host by hierarchy, for messages and {@code felucca info}. */
    String names() {
        List<String> names = new ArrayList<>();
        for (Hierarchy h : layout.hierarchies()) {
            names.add(h.unified() ? "v2 (" + String.join(",", new TreeSet<>(h.controllers())) + ")" : h.name());
        }
        return names.isEmpty() ? "no cgroups" : String.join(", ", names);
    }

    /**
     * Which v2 controllers a group needs: on a pure v2 host all that we know, so that they count; on a hybrid one only
     * those that limit something, because a v2 controller in use cannot be mounted as v1.
     */
    Set<String> neededInV2(LinuxResources r) {
        Set<String> needed = new TreeSet<>();
        for (Placed p : all) {
            Hierarchy h = p.hierarchy().orElse(null);
            if (h != null
                    && h.unified()
                    && h.controllers().contains(p.controller().v2Name())
                    && (layout.pureV2() || !p.controller().limits(r).isEmpty())) {
                needed.add(p.controller().v2Name());
            }
        }
        // Files are named after their controller: memory.high.
        layout.unified().ifPresent(h -> r.unified().keySet().stream()
                .map(f -> f.substring(0, Math.max(f.indexOf('.'), 0)))
                .filter(h.controllers()::contains)
                .forEach(needed::add));
        return needed;
    }

    void apply(Hierarchy hierarchy, GroupDir group) {
        for (Placed p : all) {
            if (p.hierarchy().filter(hierarchy::equals).isPresent()) {
                p.controller().apply(group);
            }
        }
    }

    void set(String cgroupsPath, LinuxResources r, boolean fresh) {
        for (Placed p : all) {
            if (p.hierarchy().isPresent()) {
                p.controller().set(p.hierarchy().get().group(cgroupsPath), r, fresh);
            }
        }
        if (!r.unified().isEmpty()) {
            GroupDir group = layout.unified().orElseThrow().group(cgroupsPath);
            r.unified().forEach((file, value) -> {
                if (file.contains("/") || !file.contains(".") || file.startsWith(".")) {
                    throw EngineException.invalid("\"" + file + "\" is no cgroup v2 file such as memory.high");
                }
                value.lines().forEach(line -> group.write(file, line));
            });
        }
    }

    void stats(String cgroupsPath, StatsBuilder into) {
        for (Placed p : all) {
            p.hierarchy().ifPresent(h -> p.controller().stats(h.group(cgroupsPath), into));
        }
    }
}
