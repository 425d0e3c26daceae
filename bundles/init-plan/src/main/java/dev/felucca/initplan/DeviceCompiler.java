package dev.felucca.initplan;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.LinuxDevice;
import dev.felucca.api.spec.Mount;
import dev.felucca.api.spec.Spec;
import java.util.LinkedHashMap;
import java.util.Map;

/** Device nodes and links in /dev. With a /dev that is bound from the host nothing is made. */
final class DeviceCompiler {
    private static final int S_IFIFO = 0010000;
    private static final int S_IFCHR = 0020000;
    private static final int S_IFBLK = 0060000;

    /** What the specification wants in every container (config-linux.md, Default Devices). */
    private static final Map<String, int[]> STANDARD = new LinkedHashMap<>();

    private static final Map<String, String> LINKS = new LinkedHashMap<>();

    static {
        STANDARD.put("/dev/null", new int[] {1, 3});
        STANDARD.put("/dev/zero", new int[] {1, 5});
        STANDARD.put("/dev/full", new int[] {1, 7});
        STANDARD.put("/dev/random", new int[] {1, 8});
        STANDARD.put("/dev/urandom", new int[] {1, 9});
        STANDARD.put("/dev/tty", new int[] {5, 0});
        LINKS.put("/dev/fd", "/proc/self/fd");
        LINKS.put("/dev/stdin", "/proc/self/fd/0");
        LINKS.put("/dev/stdout", "/proc/self/fd/1");
        LINKS.put("/dev/stderr", "/proc/self/fd/2");
        LINKS.put("/dev/core", "/proc/kcore");
        LINKS.put("/dev/ptmx", "pts/ptmx");
    }

    private DeviceCompiler() {}

    static void compile(PlanBuilder plan, Spec spec) {
        if (spec.mounts().stream().anyMatch(m -> m.isBind() && isDev(m))) {
            if (!spec.linux().devices().isEmpty()) {
                throw EngineException.invalid(
                        "linux.devices: nodes cannot be made in a /dev that is bound from the host");
            }
            return;
        }
        Map<String, Op> nodes = new LinkedHashMap<>();
        STANDARD.forEach((path, id) -> nodes.put(path, new MountOp.Mknod(path, S_IFCHR | 0666, id[0], id[1], 0, 0)));
        for (LinuxDevice device : spec.linux().devices()) {
            String path = ContainerPaths.check("linux.devices[].path", device.path());
            nodes.put(path, node(path, device));
        }
        nodes.forEach((path, op) -> {
            String parent = path.substring(0, path.lastIndexOf('/'));
            if (!parent.isEmpty() && !parent.equals("/dev")) {
                plan.add(new MountOp.Mkdir(parent, 0755, 0, 0, true));
            }
            plan.add(op);
        });
        LINKS.forEach((path, target) -> plan.add(new MountOp.Symlink(target, path, true)));
    }

    private static boolean isDev(Mount mount) {
        return ContainerPaths.check("mounts[].destination", mount.destination()).equals("/dev");
    }

    private static Op node(String path, LinuxDevice device) {
        int type =
                switch (device.type()) {
                    case "c", "u" -> S_IFCHR;
                    case "b" -> S_IFBLK;
                    case "p" -> S_IFIFO;
                    default ->
                        throw EngineException.invalid(
                                "linux.devices: " + path + " has the unknown type \"" + device.type() + "\"");
                };
        Integer fileMode = device.fileMode();
        Long uid = device.uid();
        Long gid = device.gid();
        return new MountOp.Mknod(
                path,
                type | (fileMode == null ? 0666 : fileMode & 07777),
                type == S_IFIFO ? 0 : number(path, device.major()),
                type == S_IFIFO ? 0 : number(path, device.minor()),
                uid == null ? 0 : Ids.check("linux.devices[].uid", uid),
                gid == null ? 0 : Ids.check("linux.devices[].gid", gid));
    }

    private static int number(String path, long value) {
        if (value < 0 || value > 0xfffff) {
            throw EngineException.invalid("linux.devices: " + path + " has the impossible number " + value);
        }
        return (int) value;
    }
}
