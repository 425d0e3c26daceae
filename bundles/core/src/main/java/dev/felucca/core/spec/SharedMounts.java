package dev.felucca.core.spec;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.VolumeMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Propagation between a container and the host works only if the mount that the source lies on takes part in it
 * (mount_namespaces(7)): a bind that could not do what was asked is refused.
 */
final class SharedMounts {
    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

    private SharedMounts() {}

    /** What the container's root must be for the propagation of its binds to work. */
    static String rootPropagation(List<VolumeMount> mounts) {
        String root = "rprivate";
        for (VolumeMount mount : mounts) {
            String wanted = mount.propagation() == null ? "" : mount.propagation();
            if (wanted.endsWith("shared")) {
                check(mount.source(), List.of("shared:"), "not a shared mount");
                root = "shared";
            } else if (wanted.endsWith("slave")) {
                check(mount.source(), List.of("shared:", "master:"), "not a shared or slave mount");
                root = root.equals("shared") ? root : "rslave";
            }
        }
        return root;
    }

    private static void check(String source, List<String> tags, String otherwise) {
        String best = "";
        List<String> optional = List.of();
        try {
            Path path = Path.of(source).toRealPath();
            for (String line : Files.readAllLines(MOUNTINFO)) {
                // "36 35 98:0 /root /mount/point rw,noatime shared:1 master:2 - ext4 ...": proc_pid_mountinfo(5)
                String[] fields = line.substring(0, line.indexOf(" - ")).split(" ");
                String point = unescape(fields[4]);
                if (path.startsWith(point) && point.length() >= best.length()) {
                    best = point;
                    optional = List.of(fields).subList(6, fields.length);
                }
            }
        } catch (IOException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID, "the mount of " + source + " cannot be found: " + e.getMessage(), e);
        }
        if (optional.stream().noneMatch(o -> tags.stream().anyMatch(o::startsWith))) {
            throw EngineException.invalid("path " + source + " is mounted on " + best + " but it is " + otherwise);
        }
    }

    /** The kernel writes space, tab, newline and backslash as octal numbers. */
    private static String unescape(String text) {
        return text.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
