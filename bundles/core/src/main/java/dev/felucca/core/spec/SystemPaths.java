package dev.felucca.core.spec;

import dev.felucca.api.container.HostConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of /proc and /sys a container shall not read, or not write.
 *
 * @param masked they tell about the host, or about other containers
 * @param readonly they change the host
 */
record SystemPaths(List<String> masked, List<String> readonly) {
    private static final List<String> MASKED = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/sys/devices/virtual/powercap",
            "/sys/firmware");

    private static final List<String> READONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    static SystemPaths of(HostConfig host, SecurityOptions security, HostFacts facts) {
        boolean open = host.privileged() || security.systemPathsUnconfined();
        return new SystemPaths(
                choose(host.maskedPaths(), open, masked(facts)), choose(host.readonlyPaths(), open, READONLY));
    }

    private static List<String> choose(@Nullable List<String> asked, boolean open, List<String> defaults) {
        return asked != null ? asked : open ? List.of() : defaults;
    }

    /** Counters of thermal throttling betray the load of neighbours (moby's advisory on thermal side channels). */
    private static List<String> masked(HostFacts facts) {
        List<String> masked = new ArrayList<>(MASKED);
        CpuList.parse("the CPUs online", facts.cpus().get()).stream()
                .mapToObj(cpu -> "/sys/devices/system/cpu/cpu" + cpu + "/thermal_throttle")
                .filter(facts.exists())
                .forEach(masked::add);
        return masked;
    }
}
