package dev.felucca.door.cgroup;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.LinuxResources;
import org.jspecify.annotations.Nullable;

/**
 * A subsystem: which resources it limits, through which files, and what it counts. Controllers are stateless. Each method
 * gets the group's directory in the hierarchy that has the controller and asks {@link GroupDir#unified} which of the two
 * interfaces that is (Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst).
 */
abstract class Controller {
    private final String name;
    private final String v2Name;
    private final boolean inV2Core;

    /** A controller that v2 has under v2Name; empty if it has none. */
    Controller(String name, String v2Name) {
        this(name, v2Name, false);
    }

    /** inV2Core: every v2 group can do it, without a controller. */
    Controller(String name, String v2Name, boolean inV2Core) {
        this.name = name;
        this.v2Name = v2Name;
        this.inV2Core = inV2Core;
    }

    /** As v1 names it. */
    final String name() {
        return name;
    }

    final String v2Name() {
        return v2Name;
    }

    final boolean inV2Core() {
        return inV2Core;
    }

    /** What the resources limit through this controller, in words; empty if nothing. */
    abstract String limits(LinuxResources r);

    /** Makes a new group fit to take processes, before any limit is set. */
    void apply(GroupDir group) {}

    /**
     * Writes the limits.
     *
     * @param fresh whether the group is new, so that all its values are the kernel's defaults
     */
    abstract void set(GroupDir group, LinuxResources r, boolean fresh);

    /** Adds what this controller counts. */
    void stats(GroupDir group, StatsBuilder into) {}

    static EngineException onlyV1(String what) {
        return EngineException.unsupported(what + " exists on cgroup v1 only, and this host has cgroup v2");
    }

    /** A limit as v2 writes it. */
    static String orMax(long value) {
        return value < 0 ? "max" : Long.toString(value);
    }

    /** 0 stands for a limit that is not set, as in Docker. */
    static long orZero(@Nullable Long value) {
        return value == null ? 0 : value;
    }

    static boolean isSet(@Nullable Long value) {
        return orZero(value) != 0;
    }
}
