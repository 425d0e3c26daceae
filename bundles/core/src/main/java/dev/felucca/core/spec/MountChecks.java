package dev.felucca.core.spec;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.VolumeMount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether what users want mounted can be, in docker's words. */
final class MountChecks {
    private static final Set<String> PROPAGATION =
            Set.of("private", "rprivate", "slave", "rslave", "shared", "rshared");

    /** Files of /proc that tools such as LXCFS cover one by one; anything else there would fool the engine itself. */
    private static final Set<String> COVERABLE = Set.of(
            "/proc/cpuinfo",
            "/proc/diskstats",
            "/proc/meminfo",
            "/proc/stat",
            "/proc/swaps",
            "/proc/uptime",
            "/proc/loadavg",
            "/proc/slabinfo");

    private MountChecks() {}

    static void check(List<VolumeMount> mounts) {
        Set<String> targets = new HashSet<>();
        for (VolumeMount mount : mounts) {
            String target = target(mount);
            if (!targets.add(target)) {
                throw EngineException.invalid("Duplicate mount point: " + target);
            }
            switch (mount.type()) {
                case "bind" -> bind(mount);
                case "volume" -> volume(mount);
                case "tmpfs" -> {
                    refuse(mount, !mount.source().isEmpty(), "field Source must not be specified");
                    refuse(mount, mount.propagation() != null, "propagation is only for bind mounts");
                    TmpfsOptions.of(mount);
                }
                default -> throw invalid(mount, "mount type unknown");
            }
            refuse(
                    mount,
                    !mount.type().equals("tmpfs") && !mount.options().isEmpty(),
                    "options such as \"" + mount.options() + "\" are only for tmpfs mounts");
        }
    }

    /** The clean absolute path; INVALID if it is none, or one that must not be covered. */
    static String target(VolumeMount mount) {
        String target = mount.target();
        refuse(
                mount,
                !target.startsWith("/") || target.indexOf('\0') >= 0,
                "invalid mount path: '" + target + "' mount path must be absolute");
        String clean = clean(target);
        refuse(mount, clean.equals("/"), "invalid specification: destination can't be '/'");
        boolean proc = clean.equals("/proc") && mount.source().equals("/proc");
        refuse(
                mount,
                (clean + "/").startsWith("/proc/") && !proc && !COVERABLE.contains(clean),
                "\"" + clean + "\" cannot be mounted because it is inside /proc");
        return clean;
    }

    /** Without the host's idea of file names: the path is the container's. */
    private static String clean(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    private static void bind(VolumeMount mount) {
        String source = mount.source();
        refuse(mount, source.isEmpty(), "field Source must not be empty");
        Path path = HostPath.of("invalid mount config for type \"bind\": invalid mount path", source);
        refuse(mount, !mount.createSource() && !Files.exists(path), "bind source path does not exist: " + source);
        String propagation = mount.propagation();
        refuse(
                mount,
                propagation != null && !propagation.isEmpty() && !PROPAGATION.contains(propagation),
                "invalid propagation mode: " + propagation);
        if (Files.exists(path)) {
            SharedMounts.rootPropagation(List.of(mount));
        }
    }

    private static void volume(VolumeMount mount) {
        String name = mount.source();
        boolean resolved = name.startsWith("/") && name.indexOf('\0') < 0;
        refuse(
                mount,
                !name.isEmpty() && !resolved && !name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]*"),
                "\"" + name
                        + "\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\""
                        + " are allowed. If you intended to pass a host directory, use absolute path");
        refuse(mount, mount.propagation() != null, "propagation is only for bind mounts");
    }

    private static void refuse(VolumeMount mount, boolean wrong, String why) {
        if (wrong) {
            throw invalid(mount, why);
        }
    }

    private static EngineException invalid(VolumeMount mount, String why) {
        return EngineException.invalid("invalid mount config for type \"" + mount.type() + "\": " + why);
    }
}
