package dev.felucca.docker.json;

import dev.felucca.api.container.Resources;
import dev.felucca.api.container.Resources.DeviceRate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the limits in a HostConfig, or in a request to update. A 0 means that nothing was asked for, as in docker. */
public final class ResourcesBody {
    private ResourcesBody() {}

    /** Takes the fields of limits. */
    public static Resources parse(Fields f) {
        Long swappiness = f.number("MemorySwappiness");
        Long weight = f.positive("BlkioWeight");
        return new Resources(
                f.positive("Memory"),
                f.positive("MemoryReservation"),
                f.positive("MemorySwap"),
                swappiness == null || swappiness == -1 ? null : swappiness,
                orNull(f.truth("OomKillDisable")),
                f.positive("NanoCpus"),
                f.positive("CpuShares"),
                f.positive("CpuPeriod"),
                f.positive("CpuQuota"),
                f.positive("CpuRealtimePeriod"),
                f.positive("CpuRealtimeRuntime"),
                f.textOrNull("CpusetCpus"),
                f.textOrNull("CpusetMems"),
                weight == null ? null : (int) Math.min(weight, Integer.MAX_VALUE),
                rates(f, "BlkioDeviceReadBps"),
                rates(f, "BlkioDeviceWriteBps"),
                rates(f, "BlkioDeviceReadIOps"),
                rates(f, "BlkioDeviceWriteIOps"),
                f.positive("PidsLimit"),
                f.texts("DeviceCgroupRules"));
    }

    private static @Nullable Boolean orNull(@Nullable Boolean value) {
        return Boolean.TRUE.equals(value) ? value : null;
    }

    private static List<DeviceRate> rates(Fields f, String name) {
        List<DeviceRate> all = new ArrayList<>();
        for (Fields rate : f.objects(name)) {
            Long value = rate.number("Rate");
            all.add(new DeviceRate(rate.text("Path", ""), value == null ? 0 : value));
            rate.done();
        }
        return all;
    }
}
