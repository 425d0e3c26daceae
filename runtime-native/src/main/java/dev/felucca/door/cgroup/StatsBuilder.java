package dev.felucca.door.cgroup;

import dev.felucca.api.cgroup.CgroupStats;
import dev.felucca.api.cgroup.CgroupStats.BlkioEntry;
import dev.felucca.api.cgroup.CgroupStats.Hugetlb;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects statistics from the controllers; what none of them gives stays -1. */
final class StatsBuilder {
    long cpuUsage = -1;
    long cpuUser = -1;
    long cpuSystem = -1;
    List<Long> perCpu = List.of();
    long periods = -1;
    long throttledPeriods = -1;
    long throttledTime = -1;
    CgroupStats.Memory memory = new CgroupStats.Memory(-1, -1, -1, -1, Map.of());
    CgroupStats.Pids pids = new CgroupStats.Pids(-1, -1);
    final List<BlkioEntry> blkio = new ArrayList<>();
    final Map<String, Hugetlb> hugetlb = new HashMap<>();

    CgroupStats build() {
        var cpu = new CgroupStats.Cpu(cpuUsage, cpuUser, cpuSystem, perCpu, periods, throttledPeriods, throttledTime);
        return new CgroupStats(cpu, memory, pids, blkio, hugetlb);
    }

    /** A file of one number; {@code max} is Long.MAX_VALUE; -1 if the file is not there. */
    static long number(GroupDir group, String file) {
        return group.readIfThere(file).map(StatsBuilder::number).orElse(-1L);
    }

    static long number(String text) {
        String t = text.strip();
        if (t.equals("max")) {
            return Long.MAX_VALUE;
        }
        try {
            return Long.parseLong(t);
        } catch (NumberFormatException e) {
            // v1 writes some limits as unsigned 64-bit numbers.
            return t.matches("\\d{19,20}") ? Long.MAX_VALUE : -1;
        }
    }

    /** A flat keyed file: lines of a name and a number. */
    static Map<String, Long> keyed(Optional<String> text) {
        Map<String, Long> values = new LinkedHashMap<>();
        text.ifPresent(t -> t.lines().forEach(line -> {
            int space = line.indexOf(' ');
            if (space > 0) {
                values.put(line.substring(0, space), number(line.substring(space + 1)));
            }
        }));
        return values;
    }
}
