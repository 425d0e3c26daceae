package dev.felucca.cgroup.systemd;

import dev.felucca.api.EngineException;
import dev.felucca.door.cgroup.CgroupPaths;

/** Names of slices and scopes, and the groups that systemd makes for them: systemd.slice(5), systemd.unit(5). */
final class Slices {
    private static final String SLICE = ".slice";
    private static final String SCOPE = ".scope";
    private static final String PREFIX = "felucca-";
    private static final String ROOT = "-.slice";
    private static final int UNIT_NAME_MAX = 255;

    private Slices() {}

    /** The slice's name, checked. */
    static String check(String slice) {
        String stem = slice.endsWith(SLICE) ? slice.substring(0, slice.length() - SLICE.length()) : "";
        boolean plain = stem.matches("[A-Za-z0-9:_.\\\\]+(-[A-Za-z0-9:_.\\\\]+)*");
        if ((!plain && !slice.equals(ROOT)) || slice.length() > UNIT_NAME_MAX) {
            throw EngineException.invalid(
                    "\"" + slice + "\" is no slice: under the cgroup manager systemd a parent group is a"
                            + " slice unit such as system.slice or build-ci.slice, which lies in build.slice");
        }
        return slice;
    }

    /** A slice's group; {@code a-b.slice} lies in {@code a.slice}. Empty for the root. */
    static String path(String slice) {
        if (check(slice).equals(ROOT)) {
            return "";
        }
        StringBuilder path = new StringBuilder();
        for (int dash = slice.indexOf('-'); dash >= 0; dash = slice.indexOf('-', dash + 1)) {
            path.append('/').append(slice, 0, dash).append(SLICE);
        }
        return path.append('/').append(slice).toString();
    }

    /** The group of a container's scope. */
    static String scopePath(String slice, String containerId) {
        if (!containerId.matches("[A-Za-z0-9:_.-]+")) {
            throw EngineException.invalid("\"" + containerId + "\" is no container id");
        }
        return CgroupPaths.check(path(slice) + "/" + PREFIX + containerId + SCOPE);
    }

    /** The unit of a scope's group. */
    static String scope(String cgroupsPath) {
        CgroupPaths.check(cgroupsPath);
        String unit = cgroupsPath.substring(cgroupsPath.lastIndexOf('/') + 1);
        if (!cgroupsPath.startsWith("/") || !isScope(unit)) {
            throw EngineException.invalid(
                    "cgroups path \"" + cgroupsPath + "\" is not of the cgroup manager systemd, whose paths"
                            + " are such as /system.slice/felucca-ID.scope");
        }
        return unit;
    }

    /** The slice that a scope's group lies in. */
    static String slice(String cgroupsPath) {
        String parent = cgroupsPath.substring(0, cgroupsPath.lastIndexOf('/'));
        return parent.isEmpty() ? ROOT : parent.substring(parent.lastIndexOf('/') + 1);
    }

    /** Whether a group's name is that of a container's scope. */
    static boolean isScope(String name) {
        return name.startsWith(PREFIX) && name.endsWith(SCOPE);
    }
}
