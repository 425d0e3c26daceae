package dev.felucca.docker.route;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What info tells of the host. */
final class Host {
    private static final Path RELEASE = Path.of("/etc/os-release");

    private Host() {}

    /** As Go names it. */
    static String architecture() {
        String arch = System.getProperty("os.arch", "");
        return arch.equals("aarch64") ? "arm64" : arch;
    }

    /** Refuses a platform that is not this one: {@code linux/amd64}. */
    static void requirePlatform(@Nullable String platform) {
        if (platform == null) {
            return;
        }
        String[] p = platform.toLowerCase(Locale.ROOT).split("/", -1);
        String arch =
                p.length < 2 ? architecture() : p[1].replace("x86_64", "amd64").replace("aarch64", "arm64");
        if (!p[0].equals("linux") || !arch.equals(architecture())) {
            throw EngineException.unsupported(
                    "not supported: platform " + platform + "; this host runs linux/" + architecture());
        }
    }

    static String java() {
        return "java" + System.getProperty("java.version");
    }

    /** One that stays as long as the machine's. */
    static String id() throws IOException {
        Path machine = Path.of("/etc/machine-id");
        return Files.exists(machine) ? Files.readString(machine).strip() : "";
    }

    static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    static void facts(ObjectNode o) throws IOException {
        boolean v2 = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
        for (String limit : new String[] {
            "MemoryLimit", "SwapLimit", "CpuCfsPeriod", "CpuCfsQuota", "CPUShares", "CPUSet", "PidsLimit"
        }) {
            o.put(limit, true);
        }
        o.put("OomKillDisable", !v2);
        o.put("IPv4Forwarding", line("/proc/sys/net/ipv4/ip_forward").equals("1"));
        o.put("KernelVersion", System.getProperty("os.version"));
        o.put("OperatingSystem", release("PRETTY_NAME", "Linux"));
        o.put("OSVersion", release("VERSION_ID", ""));
        o.put("OSType", "linux");
        String arch = System.getProperty("os.arch", "");
        o.put("Architecture", arch.equals("amd64") ? "x86_64" : arch);
        o.put("NCPU", Runtime.getRuntime().availableProcessors());
        o.put("MemTotal", memory());
        o.put("Name", line("/proc/sys/kernel/hostname"));
        o.put("CgroupVersion", v2 ? "2" : "1");
    }

    private static String line(String file) throws IOException {
        Path path = Path.of(file);
        return Files.exists(path) ? Files.readString(path).strip() : "";
    }

    /** A value of os-release(5). */
    private static String release(String key, String otherwise) throws IOException {
        if (Files.exists(RELEASE)) {
            for (String line : Files.readAllLines(RELEASE)) {
                if (line.startsWith(key + "=")) {
                    return line.substring(key.length() + 1).replace("\"", "");
                }
            }
        }
        return otherwise;
    }

    /** MemTotal of proc_meminfo(5), which is in KiB. */
    static long memory() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith("MemTotal:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        return 0;
    }
}
