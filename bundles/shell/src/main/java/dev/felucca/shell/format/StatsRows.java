package dev.felucca.shell.format;

import dev.felucca.api.cgroup.CgroupStats;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerStats;
import dev.felucca.api.container.ContainerStats.Traffic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What a container uses, in docker's columns and by its reckoning: memory without the part that the kernel takes back at once. */
public final class StatsRows {
    public static final List<String> COLUMNS =
            List.of("Container", "Name", "CPUPerc", "MemUsage", "MemPerc", "NetIO", "BlockIO", "PIDs");

    private StatsRows() {}

    public static Map<String, String> headers() {
        Map<String, String> h = new LinkedHashMap<>();
        h.put("Container", "CONTAINER ID");
        h.put("ID", "CONTAINER ID");
        h.put("Name", "NAME");
        h.put("CPUPerc", "CPU %");
        h.put("MemUsage", "MEM USAGE / LIMIT");
        h.put("MemPerc", "MEM %");
        h.put("NetIO", "NET I/O");
        h.put("BlockIO", "BLOCK I/O");
        h.put("PIDs", "PIDS");
        return h;
    }

    /**
     * @param now null for a container that does not run
     * @param before the sample before; null if there is none
     * @param memory of this host in bytes: the limit of who has none
     */
    public static Map<String, String> row(
            ContainerInfo c, boolean full, @Nullable ContainerStats now, @Nullable ContainerStats before, long memory) {
        Map<String, String> row = new LinkedHashMap<>();
        String id = full ? c.id() : c.shortId();
        row.put("Container", id);
        row.put("ID", id);
        row.put("Name", c.name());
        row.putAll(values(now, before, memory));
        return row;
    }

    static Map<String, String> values(@Nullable ContainerStats now, @Nullable ContainerStats before, long memory) {
        Map<String, String> row = new LinkedHashMap<>();
        row.put("CPUPerc", percent(now == null || before == null ? 0 : cpu(now, before)));
        long used = now == null ? 0 : used(now.cgroup().memory());
        long limit = now == null ? 0 : now.cgroup().memory().limit();
        if (now != null && (limit <= 0 || limit > memory)) {
            limit = memory;
        }
        row.put("MemUsage", Human.binarySize(used) + " / " + Human.binarySize(limit));
        row.put("MemPerc", percent(limit == 0 ? 0 : 100.0 * used / limit));
        row.put(
                "NetIO",
                Human.size(traffic(now, Traffic::rxBytes)) + " / " + Human.size(traffic(now, Traffic::txBytes)));
        row.put("BlockIO", Human.size(blocks(now, "read")) + " / " + Human.size(blocks(now, "write")));
        row.put(
                "PIDs",
                Long.toString(now == null ? 0 : Math.max(0, now.cgroup().pids().current())));
        return row;
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.2f%%", value);
    }

    private static double cpu(ContainerStats now, ContainerStats before) {
        double own = now.cgroup().cpu().usage() - before.cgroup().cpu().usage();
        double all = now.systemCpuNanos() - before.systemCpuNanos();
        return own > 0 && all > 0 ? own / all * now.processors() * 100 : 0;
    }

    /** The inactive file cache is named with what is below in v1, and without in v2. */
    private static long used(CgroupStats.Memory m) {
        long cache = m.detail().getOrDefault("total_inactive_file", m.detail().getOrDefault("inactive_file", 0L));
        long usage = Math.max(0, m.usage());
        return cache < usage ? usage - cache : usage;
    }

    private static long traffic(@Nullable ContainerStats now, ToLongFunction<Traffic> what) {
        return now == null
                ? 0
                : now.networks().values().stream().mapToLong(what).sum();
    }

    private static long blocks(@Nullable ContainerStats now, String op) {
        return now == null
                ? 0
                : now.cgroup().blkio().stream()
                        .filter(e -> e.file().equals("io_service_bytes_recursive") && e.op().equalsIgnoreCase(op))
                        .mapToLong(CgroupStats.BlkioEntry::value)
                        .sum();
    }
}
