package dev.felucca.initplan;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The cgroup hierarchies of the host, as far as a container is to see them.
 *
 * @param unified whether /sys/fs/cgroup is the one v2 hierarchy
 * @param hierarchies those of v1, in the order in which the host has mounted them; on a hybrid host without the v2 one
 */
public record HostCgroups(boolean unified, List<Hierarchy> hierarchies) {
    /** A host with the one v2 hierarchy. */
    public static final HostCgroups V2 = new HostCgroups(true, List.of());

    private static final String BASE = "/sys/fs/cgroup";
    /** Options in /proc/self/mountinfo that name no controller. */
    private static final Set<String> FLAGS =
            Set.of("rw", "ro", "xattr", "clone_children", "noprefix", "cpuset_v2_mode");

    public HostCgroups {
        hierarchies = List.copyOf(hierarchies);
    }

    /**
     * One v1 hierarchy.
     *
     * @param directory its directory's name, such as {@code cpu,cpuacct}
     * @param options what mounts it, such as {@code cpu}, {@code cpuacct}, or {@code none}, {@code name=systemd}
     */
    public record Hierarchy(String directory, List<String> options) {
        public Hierarchy {
            options = List.copyOf(options);
        }

        /** Where the host has it. */
        String hostPath() {
            return BASE + "/" + directory;
        }
    }

    /** @param mountinfo lines of /proc/self/mountinfo (proc(5)); read once, it can be long */
    public static HostCgroups parse(List<String> mountinfo) {
        List<Hierarchy> found = new ArrayList<>();
        for (String line : mountinfo) {
            String[] halves = line.split(" - ", 2);
            if (halves.length < 2 || !halves[1].startsWith("cgroup")) {
                continue;
            }
            String mountPoint = halves[0].split(" ")[4];
            String[] tail = halves[1].split(" ");
            if (tail[0].equals("cgroup2") && mountPoint.equals(BASE)) {
                return V2;
            }
            if (tail[0].equals("cgroup") && mountPoint.startsWith(BASE + "/")) {
                found.add(new Hierarchy(mountPoint.substring(BASE.length() + 1), options(tail[2])));
            }
        }
        return new HostCgroups(false, found);
    }

    private static List<String> options(String superOptions) {
        List<String> options = new ArrayList<>();
        for (String option : superOptions.split(",")) {
            if (option.startsWith("name=")) {
                options.add(0, "none");
                options.add(option);
            } else if (!FLAGS.contains(option) && !option.startsWith("release_agent=")) {
                options.add(option);
            }
        }
        return options;
    }
}
