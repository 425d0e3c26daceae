package dev.felucca.docker.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.cgroup.CgroupStats;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerStats;
import dev.felucca.json.ApiJson;
import java.time.Instant;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a container uses, in docker's form: of processor time this and the sample before, from which clients reckon. */
public final class StatsJson {
    private StatsJson() {}

    /**
     * @param now null for a container that does not run
     * @param before the sample before, or null
     * @param memory of this host, in bytes: the limit of who has none
     */
    public static ObjectNode of(
            ContainerInfo c, @Nullable ContainerStats now, @Nullable ContainerStats before, long memory) {
        ObjectNode o = ApiJson.object();
        o.put("read", ApiJson.time(now == null ? null : now.read()));
        Instant last = before == null ? null : before.read();
        o.put("preread", ApiJson.time(last));
        o.put("num_procs", 0);
        o.putObject("storage_stats");
        o.put("name", "/" + c.name());
        o.put("id", c.id());
        o.set("cpu_stats", cpu(now));
        o.set("precpu_stats", cpu(before));
        ObjectNode pids = o.putObject("pids_stats");
        ObjectNode mem = o.putObject("memory_stats");
        ObjectNode blkio = o.putObject("blkio_stats");
        if (now == null) {
            return o;
        }
        CgroupStats g = now.cgroup();
        known(pids, "current", g.pids().current());
        known(pids, "limit", g.pids().limit());
        known(mem, "usage", g.memory().usage());
        known(mem, "max_usage", g.memory().maxUsage());
        ObjectNode detail = mem.putObject("stats");
        new TreeMap<>(g.memory().detail()).forEach(detail::put);
        known(mem, "failcnt", g.memory().failcnt());
        long limit = g.memory().limit();
        mem.put("limit", limit <= 0 || limit > memory ? memory : limit);
        for (CgroupStats.BlkioEntry e : g.blkio()) {
            blkio.withArrayProperty(e.file())
                    .addObject()
                    .put("major", e.major())
                    .put("minor", e.minor())
                    .put("op", e.op())
                    .put("value", e.value());
        }
        if (!now.networks().isEmpty()) {
            ObjectNode networks = o.putObject("networks");
            new TreeMap<>(now.networks()).forEach((name, t) -> networks.putObject(name)
                    .put("rx_bytes", t.rxBytes())
                    .put("rx_packets", t.rxPackets())
                    .put("rx_errors", t.rxErrors())
                    .put("rx_dropped", t.rxDropped())
                    .put("tx_bytes", t.txBytes())
                    .put("tx_packets", t.txPackets())
                    .put("tx_errors", t.txErrors())
                    .put("tx_dropped", t.txDropped()));
        }
        return o;
    }

    /** A value that the host cannot give is left out. */
    private static void known(ObjectNode o, String name, long value) {
        if (value >= 0) {
            o.put(name, value);
        }
    }

    private static ObjectNode cpu(@Nullable ContainerStats s) {
        ObjectNode o = ApiJson.object();
        ObjectNode usage = o.putObject("cpu_usage");
        usage.put("total_usage", s == null ? 0 : Math.max(0, s.cgroup().cpu().usage()));
        usage.put(
                "usage_in_kernelmode",
                s == null ? 0 : Math.max(0, s.cgroup().cpu().system()));
        usage.put(
                "usage_in_usermode",
                s == null ? 0 : Math.max(0, s.cgroup().cpu().user()));
        if (s != null) {
            if (!s.cgroup().cpu().perCpu().isEmpty()) {
                var each = usage.putArray("percpu_usage");
                s.cgroup().cpu().perCpu().forEach(each::add);
            }
            o.put("system_cpu_usage", s.systemCpuNanos());
            o.put("online_cpus", s.processors());
        }
        ObjectNode throttling = o.putObject("throttling_data");
        throttling.put("periods", s == null ? 0 : Math.max(0, s.cgroup().cpu().periods()));
        throttling.put(
                "throttled_periods",
                s == null ? 0 : Math.max(0, s.cgroup().cpu().throttledPeriods()));
        throttling.put(
                "throttled_time", s == null ? 0 : Math.max(0, s.cgroup().cpu().throttledTime()));
        return o;
    }
}
