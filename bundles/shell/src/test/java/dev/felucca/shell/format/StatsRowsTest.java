package dev.felucca.shell.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.felucca.api.cgroup.CgroupStats;
import dev.felucca.api.container.ContainerStats;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatsRowsTest {
    private static ContainerStats sample(long cpu, long system, long limit, String cache) {
        CgroupStats g = new CgroupStats(
                new CgroupStats.Cpu(cpu, -1, -1, List.of(), -1, -1, -1),
                new CgroupStats.Memory(10 << 20, -1, limit, -1, Map.of(cache, 2L << 20)),
                new CgroupStats.Pids(3, -1),
                List.of(
                        new CgroupStats.BlkioEntry("io_service_bytes_recursive", 8, 0, "Read", 1000),
                        new CgroupStats.BlkioEntry("io_service_bytes_recursive", 8, 16, "read", 500),
                        new CgroupStats.BlkioEntry("io_serviced_recursive", 8, 0, "Write", 7)),
                Map.of());
        var eth = new ContainerStats.Traffic(1200, 0, 0, 0, 3000, 0, 0, 0);
        return new ContainerStats(Instant.EPOCH, g, Map.of("eth0", eth, "eth1", eth), system, 4);
    }

    private static Map<String, String> values(ContainerStats now, ContainerStats before) {
        return StatsRows.values(now, before, 1L << 30);
    }

    @Test
    void theFiguresAreDockers() {
        Map<String, String> row =
                values(sample(1_500, 20_000, 16 << 20, "total_inactive_file"), sample(500, 10_000, 0, ""));
        assertEquals("40.00%", row.get("CPUPerc"));
        assertEquals("8MiB / 16MiB", row.get("MemUsage"));
        assertEquals("50.00%", row.get("MemPerc"));
        assertEquals("2.4kB / 6kB", row.get("NetIO"));
        assertEquals("1.5kB / 0B", row.get("BlockIO"));
        assertEquals("3", row.get("PIDs"));
    }

    @Test
    void withoutALimitTheHostsMemoryIsIt() {
        ContainerStats now = sample(1_500, 20_000, Long.MAX_VALUE, "inactive_file");
        assertEquals("8MiB / 1GiB", values(now, now).get("MemUsage"));
        assertEquals("0.00%", values(now, now).get("CPUPerc"));
    }
}
