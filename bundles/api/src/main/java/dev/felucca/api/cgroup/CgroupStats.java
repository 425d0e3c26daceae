package dev.felucca.api.cgroup;

import java.util.List;
import java.util.Map;

/** What a group has used. Times in nanoseconds, sizes in bytes; a value that the host cannot give is -1 (or an empty list or map). */
public record CgroupStats(Cpu cpu, Memory memory, Pids pids, List<BlkioEntry> blkio, Map<String, Hugetlb> hugetlb) {
    public CgroupStats {
        blkio = List.copyOf(blkio);
        hugetlb = Map.copyOf(hugetlb);
    }

    public record Cpu(
            long usage,
            long user,
            long system,
            List<Long> perCpu,
            long periods,
            long throttledPeriods,
            long throttledTime) {
        public Cpu {
            perCpu = List.copyOf(perCpu);
        }
    }

    /** @param detail the lines of memory.stat, as the kernel names them */
    public record Memory(long usage, long maxUsage, long limit, long failcnt, Map<String, Long> detail) {
        public Memory {
            detail = Map.copyOf(detail);
        }
    }

    public record Pids(long current, long limit) {}

    /** @param file what is counted, as docker names it: {@code io_service_bytes_recursive}... */
    public record BlkioEntry(String file, long major, long minor, String op, long value) {}

    public record Hugetlb(long usage, long maxUsage, long failcnt) {}
}
