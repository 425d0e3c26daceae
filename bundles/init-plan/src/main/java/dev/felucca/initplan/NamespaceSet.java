package dev.felucca.initplan;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.LinuxNamespace;
import dev.felucca.api.spec.LinuxNamespaceType;
import dev.felucca.door.NamespaceType;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The namespaces of a container: which are new, which are joined and where; what is in neither is the host's. */
record NamespaceSet(Set<NamespaceType> fresh, Map<NamespaceType, String> joined) {
    /**
     * The user namespace would come first, since it gives the right to join the others; mount comes last, for it changes what
     * paths mean.
     */
    static final List<NamespaceType> JOIN_ORDER = List.of(
            NamespaceType.USER,
            NamespaceType.IPC,
            NamespaceType.UTS,
            NamespaceType.NETWORK,
            NamespaceType.PID,
            NamespaceType.CGROUP,
            NamespaceType.TIME,
            NamespaceType.MOUNT);

    static NamespaceSet of(List<LinuxNamespace> entries) {
        Set<NamespaceType> fresh = EnumSet.noneOf(NamespaceType.class);
        Map<NamespaceType, String> joined = new EnumMap<>(NamespaceType.class);
        for (LinuxNamespace entry : entries) {
            NamespaceType type = type(entry.type());
            if (type == NamespaceType.USER) {
                throw EngineException.unsupported(
                        "runtime spec: a user namespace is not supported by Felucca's own init yet");
            }
            if (fresh.contains(type) || joined.containsKey(type)) {
                throw EngineException.invalid(
                        "linux.namespaces: " + entry.type().specName() + " is named twice");
            }
            String path = entry.path();
            if (path == null || path.isEmpty()) {
                fresh.add(type);
            } else {
                joined.put(type, path);
            }
        }
        NamespaceSet set = new NamespaceSet(fresh, joined);
        if (!set.has(NamespaceType.MOUNT)) {
            throw EngineException.unsupported(
                    "runtime spec: a container without a mount namespace of its own is not supported");
        }
        return set;
    }

    private static NamespaceType type(LinuxNamespaceType type) {
        return switch (type) {
            case PID -> NamespaceType.PID;
            case NETWORK -> NamespaceType.NETWORK;
            case MOUNT -> NamespaceType.MOUNT;
            case IPC -> NamespaceType.IPC;
            case UTS -> NamespaceType.UTS;
            case USER -> NamespaceType.USER;
            case CGROUP -> NamespaceType.CGROUP;
            case TIME -> NamespaceType.TIME;
        };
    }

    boolean isNew(NamespaceType type) {
        return fresh.contains(type);
    }

    /** Whether it is not the host's. */
    boolean has(NamespaceType type) {
        return fresh.contains(type) || joined.containsKey(type);
    }

    /** What clone makes: all that is new but cgroup (after placement) and time (before the clone). */
    Set<NamespaceType> cloned() {
        Set<NamespaceType> types = EnumSet.noneOf(NamespaceType.class);
        types.addAll(fresh);
        types.remove(NamespaceType.CGROUP);
        types.remove(NamespaceType.TIME);
        return types;
    }

    void join(PlanBuilder plan) {
        for (NamespaceType type : JOIN_ORDER) {
            String path = joined.get(type);
            if (path != null) {
                plan.add(new ProcessOp.Join(type, plan.slot(new SlotSource.NamespacePath(type, path))));
            }
        }
    }
}
