package dev.felucca.core.spec;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.Resources;
import dev.felucca.api.container.Resources.DeviceRate;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether limits make sense, in docker's words; 0 counts as not said wherever docker's API has it so. */
final class ResourceChecks {
    private static final long MIN_MEMORY = 6L * 1024 * 1024;
    private static final long NANOS = 1_000_000_000L;

    private ResourceChecks() {}

    static void check(Resources r, HostFacts facts) {
        memory(r);
        cpu(r, facts);
        Integer weight = r.blkioWeight();
        refuse(
                weight != null && weight != 0 && (weight < 10 || weight > 1000),
                "Range of blkio weight is from 10 to 1000");
        refuse(value(r.pidsLimit()) < -1, "invalid pids limit " + r.pidsLimit() + ": it is -1 (unlimited), 0 or more");
        for (List<DeviceRate> rates : List.of(
                r.blkioDeviceReadBps(), r.blkioDeviceWriteBps(), r.blkioDeviceReadIops(), r.blkioDeviceWriteIops())) {
            rates.forEach(BlockDevices::throttle);
        }
    }

    private static void memory(Resources r) {
        long memory = value(r.memory());
        long swap = value(r.memorySwap());
        long reservation = value(r.memoryReservation());
        refuse(memory < 0, "invalid memory limit " + memory);
        refuse(memory > 0 && memory < MIN_MEMORY, "Minimum memory limit allowed is 6MB");
        refuse(swap < -1, "invalid memoryswap limit " + swap + ": it is -1 (unlimited) or a size");
        refuse(
                memory > 0 && swap > 0 && swap < memory,
                "Minimum memoryswap limit should be larger than memory limit, see usage");
        refuse(
                memory == 0 && swap > 0,
                "You should always set the Memory limit when using Memoryswap limit, see usage");
        refuse(reservation < 0, "invalid memory reservation " + reservation);
        refuse(reservation > 0 && reservation < MIN_MEMORY, "Minimum memory reservation allowed is 6MB");
        refuse(
                memory > 0 && memory < reservation,
                "Minimum memory limit can not be less than memory reservation limit, see usage");
        Long swappiness = r.memorySwappiness();
        refuse(
                swappiness != null && (swappiness < -1 || swappiness > 100),
                "Invalid value: " + swappiness + ", valid memory swappiness range is 0-100");
    }

    private static void cpu(Resources r, HostFacts facts) {
        long nano = value(r.nanoCpus());
        long period = value(r.cpuPeriod());
        long quota = value(r.cpuQuota());
        refuse(nano != 0 && period != 0, "Conflicting options: Nano CPUs and CPU Period cannot both be set");
        refuse(nano != 0 && quota != 0, "Conflicting options: Nano CPUs and CPU Quota cannot both be set");
        if (nano != 0) {
            int online = CpuList.parse("the CPUs online", facts.cpus().get()).cardinality();
            refuse(
                    nano < NANOS / 100 || nano > online * NANOS,
                    String.format(
                            Locale.ROOT,
                            "range of CPUs is from 0.01 to %d.00, as there are only %d CPUs available",
                            online,
                            online));
        }
        refuse(
                period != 0 && (period < 1000 || period > 1_000_000),
                "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
        refuse(quota != 0 && quota != -1 && quota < 1000, "CPU cfs quota can not be less than 1ms (i.e. 1000)");
        long shares = value(r.cpuShares());
        refuse(shares < 0, "invalid CPU shares (" + shares + "): value must be a positive integer");
        long realtimePeriod = value(r.cpuRealtimePeriod());
        long realtimeRuntime = value(r.cpuRealtimeRuntime());
        refuse(realtimePeriod < 0 || realtimeRuntime < 0, "cpu real-time period and runtime cannot be negative");
        refuse(
                realtimePeriod != 0 && realtimeRuntime > realtimePeriod,
                "cpu real-time runtime cannot be higher than cpu real-time period");
        String cpus = r.cpusetCpus();
        if (cpus != null && !cpus.isEmpty()) {
            CpuList.check("cpuset cpus", "CPUs", cpus, facts.cpus().get());
        }
        String mems = r.cpusetMems();
        if (mems != null && !mems.isEmpty()) {
            CpuList.check("cpuset mems", "memory nodes", mems, facts.mems().get());
        }
    }

    private static long value(@Nullable Long number) {
        return number == null ? 0 : number;
    }

    private static void refuse(boolean wrong, String message) {
        if (wrong) {
            throw EngineException.invalid(message);
        }
    }
}
