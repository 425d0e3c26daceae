package dev.felucca.door.cgroup;

import dev.felucca.door.Fd;
import dev.felucca.door.Transfers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Which hierarchies this host has: those with controllers, {@code name=systemd} (as runc, so that systemd counts the
 * processes as the container's) and the v2 tree. A hierarchy mounted twice counts once. Sources: proc(5) on
 * /proc/PID/mountinfo, cgroups(7) on /proc/PID/cgroup.
 */
public final class HostLayout {
    private static final String SYSTEMD = "name=systemd";

    private final List<Hierarchy> hierarchies;
    private final Optional<Hierarchy> unified;

    public HostLayout(List<Hierarchy> hierarchies) {
        this.hierarchies = List.copyOf(hierarchies);
        this.unified = hierarchies.stream().filter(Hierarchy::unified).findFirst();
    }

    /** The host as it is now. */
    public static HostLayout discover() {
        return parse(
                Transfers.readText(Fd.CWD, "/proc/self/mountinfo"),
                Transfers.readText(Fd.CWD, "/proc/self/cgroup"),
                mountPoint -> Transfers.readText(Fd.CWD, mountPoint + "/cgroup.controllers"));
    }

    /** controllersOf gives the text of cgroup.controllers of a v2 mount point. */
    static HostLayout parse(String mountInfo, String selfCgroup, Function<String, String> controllersOf) {
        Map<String, String> own = ownGroups(selfCgroup);
        Map<String, Hierarchy> found = new LinkedHashMap<>();
        for (String line : mountInfo.split("\n")) {
            int dash = line.indexOf(" - ");
            if (dash < 0) {
                continue;
            }
            String[] left = line.substring(0, dash).split(" ");
            String[] right = line.substring(dash + 3).split(" ");
            boolean v2 = right[0].equals("cgroup2");
            if (!v2 && !right[0].equals("cgroup")) {
                continue;
            }
            String root = unescape(left[3]);
            String mountPoint = unescape(left[4]);
            Set<String> controllers = new TreeSet<>();
            if (v2) {
                controllers.addAll(Arrays.asList(controllersOf.apply(mountPoint).split("\\s+")));
                controllers.remove("");
            } else {
                Arrays.stream(right[2].split(",")).filter(own::containsKey).forEach(controllers::add);
            }
            if (!v2 && controllers.stream().allMatch(c -> c.startsWith("name=") && !c.equals(SYSTEMD))) {
                continue;
            }
            String group = own.getOrDefault(v2 ? "" : controllers.iterator().next(), "/");
            var h = new Hierarchy(
                    v2 ? "unified" : String.join(",", controllers), mountPoint, below(root, group), controllers, v2);
            // A mount of the hierarchy's root wins over one of a part of it; else the first.
            if (root.equals("/")) {
                Hierarchy before = found.get(left[2]);
                found.put(left[2], before == null || !before.own().equals(h.own()) ? h : before);
            } else {
                found.putIfAbsent(left[2], h);
            }
        }
        return new HostLayout(new ArrayList<>(found.values()));
    }

    /** Group by controller or {@code name=...}; the v2 one under the empty name. */
    private static Map<String, String> ownGroups(String selfCgroup) {
        Map<String, String> own = new LinkedHashMap<>();
        for (String line : selfCgroup.split("\n")) {
            String[] fields = line.split(":", 3);
            if (fields.length == 3) {
                for (String controller : fields[1].split(",")) {
                    own.put(controller, fields[2]);
                }
            }
        }
        return own;
    }

    /** What follows the mount's root in a group's path; empty if the group is not below it. */
    private static String below(String root, String group) {
        if (root.equals("/")) {
            return group.equals("/") || group.startsWith("/..") ? "" : group;
        }
        return group.startsWith(root + "/") ? group.substring(root.length()) : "";
    }

    /** mountinfo writes space, tab, newline and backslash as three octal digits. */
    private static String unescape(String s) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < s.length(); i++) {
            if (s.charAt(i) == '\\' && i + 3 < s.length()) {
                out.append((char) Integer.parseInt(s.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                out.append(s.charAt(i));
            }
        }
        return out.toString();
    }

    public List<Hierarchy> hierarchies() {
        return hierarchies;
    }

    public Optional<Hierarchy> unified() {
        return unified;
    }

    /** Whether there is nothing but cgroup v2. */
    public boolean pureV2() {
        return unified.isPresent() && hierarchies.size() == 1;
    }

    /** Where a controller is: in a v1 hierarchy if one has it, else in the v2 tree if that has it. */
    Optional<Hierarchy> of(Controller c) {
        for (Hierarchy h : hierarchies) {
            if (!h.unified() && h.controllers().contains(c.name())) {
                return Optional.of(h);
            }
        }
        return unified.filter(h -> c.inV2Core() || h.controllers().contains(c.v2Name()));
    }
}
