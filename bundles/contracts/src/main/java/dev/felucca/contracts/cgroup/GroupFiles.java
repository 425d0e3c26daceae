package dev.felucca.contracts.cgroup;

import dev.felucca.door.Fd;
import dev.felucca.door.Transfers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a process's groups really are, as the kernel tells it (/proc/PID/cgroup and the mounts), whatever the manager says.
 * Directories by controller; that of v2 under the empty name.
 */
public record GroupFiles(Map<String, Path> directories) {

    public static GroupFiles of(int pid) {
        Map<String, Path> mounts = new LinkedHashMap<>();
        for (String line : Transfers.readText(Fd.CWD, "/proc/self/mountinfo").split("\n")) {
            String[] halves = line.split(" - ");
            String[] type = halves[1].split(" ");
            Path mountPoint = Path.of(halves[0].split(" ")[4]);
            if (type[0].equals("cgroup2")) {
                mounts.putIfAbsent("", mountPoint);
            } else if (type[0].equals("cgroup")) {
                for (String option : type[2].split(",")) {
                    mounts.putIfAbsent(option, mountPoint);
                }
            }
        }
        Map<String, Path> found = new LinkedHashMap<>();
        for (String line :
                Transfers.readText(Fd.CWD, "/proc/" + pid + "/cgroup").split("\n")) {
            String[] f = line.split(":", 3);
            for (String controller : f[1].split(",")) {
                Path mountPoint = mounts.get(controller);
                if (mountPoint != null) {
                    found.put(controller, Path.of(mountPoint + f[2]));
                }
            }
        }
        return new GroupFiles(found);
    }

    /** Whether the controller is a v1 one here. */
    public boolean v1(String controller) {
        return directories.containsKey(controller);
    }

    /** The text of a file that v1 and v2 name differently, or the same if v2 is empty. */
    public String read(String controller, String v1, String v2) {
        Path v1Directory = directories.get(controller);
        Path file = v1Directory != null
                ? v1Directory.resolve(v1)
                : directories.getOrDefault("", Path.of("/")).resolve(v2.isEmpty() ? v1 : v2);
        return Transfers.readText(Fd.CWD, file.toString()).strip();
    }

    /** Those of the directories that are still there. */
    public List<Path> remaining() {
        List<Path> left = new ArrayList<>(directories.values());
        left.removeIf(d -> !Files.exists(d));
        return left;
    }
}
