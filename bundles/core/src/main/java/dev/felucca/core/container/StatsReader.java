package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.cgroup.CgroupStats;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerStats;
import dev.felucca.api.container.ContainerStats.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads what the kernel counts of a container outside of its control group. */
final class StatsReader {
    /** USER_HZ, in which /proc/stat counts: 100 on all of Linux's architectures that Java runs on. */
    private static final long NANOS_A_TICK = 10_000_000;
    /** user to softirq, as docker adds them. */
    private static final int CPU_FIELDS = 7;

    private StatsReader() {}

    static ContainerStats read(ContainerInfo info, CgroupStats cgroup) {
        try {
            return new ContainerStats(
                    Instant.now(),
                    cgroup,
                    info.hostConfig().networkMode().equals("host")
                            ? Map.of()
                            : traffic(info.state().pid()),
                    systemCpu(),
                    Runtime.getRuntime().availableProcessors());
        } catch (NoSuchFileException gone) {
            throw Signaller.notRunning(info);
        } catch (IOException e) {
            throw EngineException.internal("cannot read what container " + info.name() + " uses: " + e.getMessage(), e);
        }
    }

    private static long systemCpu() throws IOException {
        String[] cpu = Files.readAllLines(Path.of("/proc/stat")).get(0).split("\\s+");
        long ticks = 0;
        for (int i = 1; i <= CPU_FIELDS; i++) {
            ticks += Long.parseLong(cpu[i]);
        }
        return ticks * NANOS_A_TICK;
    }

    /** All devices of the network namespace but the loopback. */
    private static Map<String, Traffic> traffic(int pid) throws IOException {
        Map<String, Traffic> devices = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of("/proc", Integer.toString(pid), "net/dev"))) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                continue; // a heading
            }
            String name = line.substring(0, colon).strip();
            String[] n = line.substring(colon + 1).strip().split("\\s+");
            if (!name.equals("lo")) {
                devices.put(
                        name,
                        new Traffic(at(n, 0), at(n, 1), at(n, 2), at(n, 3), at(n, 8), at(n, 9), at(n, 10), at(n, 11)));
            }
        }
        return devices;
    }

    private static long at(String[] numbers, int index) {
        return Long.parseLong(numbers[index]);
    }
}
