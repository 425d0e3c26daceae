package dev.felucca.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.container.DeviceMapping;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.container.Resources;
import dev.felucca.api.container.Resources.DeviceRate;
import dev.felucca.api.container.Ulimit;
import dev.felucca.api.container.VolumeMount;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The HostConfig object of Docker's Engine API. */
final class HostConfigJson {
    private HostConfigJson() {}

    static ObjectNode of(HostConfig h, String runtime) {
        ObjectNode o = ApiJson.object();
        binds(o, h.mounts());
        o.put("ContainerIDFile", "");
        ObjectNode log = o.putObject("LogConfig");
        log.put("Type", "json-file");
        log.set("Config", ApiJson.map(h.logOptions()));
        o.put("NetworkMode", h.networkMode());
        o.set("PortBindings", PortsJson.bindings(h.network().ports()));
        o.put("PublishAllPorts", h.network().publishAll());
        ObjectNode restart = o.putObject("RestartPolicy");
        restart.put("Name", h.restartPolicy().when().word());
        restart.put("MaximumRetryCount", h.restartPolicy().maximumRetryCount());
        o.put("Init", h.init());
        o.put("AutoRemove", h.autoRemove());
        o.set("VolumesFrom", ApiJson.arrayOrNull(h.volumesFrom()));
        o.set("CapAdd", ApiJson.arrayOrNull(h.capAdd()));
        o.set("CapDrop", ApiJson.arrayOrNull(h.capDrop()));
        o.put("CgroupnsMode", h.cgroupnsMode());
        o.set("Dns", ApiJson.array(h.dns()));
        o.set("DnsOptions", ApiJson.array(h.dnsOptions()));
        o.set("DnsSearch", ApiJson.array(h.dnsSearch()));
        o.set("ExtraHosts", ApiJson.arrayOrNull(h.extraHosts()));
        o.set("GroupAdd", ApiJson.arrayOrNull(h.groupAdd()));
        o.put("IpcMode", h.ipcMode());
        o.set("Links", ApiJson.arrayOrNull(h.network().links()));
        o.put("OomScoreAdj", h.oomScoreAdj() == null ? 0 : h.oomScoreAdj());
        o.put("PidMode", h.pidMode());
        o.put("Privileged", h.privileged());
        o.put("ReadonlyRootfs", h.readonlyRootfs());
        o.set("SecurityOpt", ApiJson.arrayOrNull(h.securityOpt()));
        o.put("UTSMode", h.utsMode());
        o.put("ShmSize", h.shmSize() == null ? 64L << 20 : h.shmSize());
        o.set("Sysctls", ApiJson.map(h.sysctls()));
        o.put("Runtime", runtime);
        o.set("Annotations", ApiJson.map(h.annotations()));
        ObjectNode clocks = o.putObject("TimeOffsets");
        h.timeOffsets().forEach(clocks::put);
        resources(o, h.resources());
        o.put("CgroupParent", h.cgroupParent());
        devices(o, h.devices());
        ArrayNode ulimits = o.putArray("Ulimits");
        for (Ulimit u : h.ulimits())
            ulimits.addObject().put("Name", u.name()).put("Hard", u.hard()).put("Soft", u.soft());
        o.set("MaskedPaths", listOrNull(h.maskedPaths()));
        o.set("ReadonlyPaths", listOrNull(h.readonlyPaths()));
        return o;
    }

    private static JsonNode listOrNull(@Nullable List<String> list) {
        return list == null ? ApiJson.object().nullNode() : ApiJson.array(list);
    }

    /** Docker keeps what {@code -v} gave as Binds; here binds and volumes of either syntax are written so, and tmpfs as Tmpfs. */
    private static void binds(ObjectNode o, List<VolumeMount> mounts) {
        List<String> binds = new ArrayList<>();
        ObjectNode tmpfs = ApiJson.object();
        for (VolumeMount m : mounts) {
            if (m.type().equals("tmpfs")) {
                tmpfs.put(m.target(), m.options());
                continue;
            }
            List<String> options = new ArrayList<>();
            if (m.readOnly()) options.add("ro");
            if (m.noCopy()) options.add("nocopy");
            if (m.propagation() != null) options.add(m.propagation());
            binds.add((m.source().isEmpty() ? "" : m.source() + ":")
                    + m.target()
                    + (options.isEmpty() ? "" : ":" + String.join(",", options)));
        }
        o.set("Binds", ApiJson.arrayOrNull(binds));
        o.set("Tmpfs", tmpfs);
    }

    private static void resources(ObjectNode o, Resources r) {
        number(o, "Memory", r.memory());
        number(o, "MemoryReservation", r.memoryReservation());
        number(o, "MemorySwap", r.memorySwap());
        o.put("MemorySwappiness", r.memorySwappiness());
        o.put("OomKillDisable", r.oomKillDisable());
        number(o, "NanoCpus", r.nanoCpus());
        number(o, "CpuShares", r.cpuShares());
        number(o, "CpuPeriod", r.cpuPeriod());
        number(o, "CpuQuota", r.cpuQuota());
        number(o, "CpuRealtimePeriod", r.cpuRealtimePeriod());
        number(o, "CpuRealtimeRuntime", r.cpuRealtimeRuntime());
        o.put("CpusetCpus", r.cpusetCpus() == null ? "" : r.cpusetCpus());
        o.put("CpusetMems", r.cpusetMems() == null ? "" : r.cpusetMems());
        o.put("BlkioWeight", r.blkioWeight() == null ? 0 : r.blkioWeight());
        rates(o, "BlkioDeviceReadBps", r.blkioDeviceReadBps());
        rates(o, "BlkioDeviceWriteBps", r.blkioDeviceWriteBps());
        rates(o, "BlkioDeviceReadIOps", r.blkioDeviceReadIops());
        rates(o, "BlkioDeviceWriteIOps", r.blkioDeviceWriteIops());
        o.put("PidsLimit", r.pidsLimit());
        o.set("DeviceCgroupRules", ApiJson.arrayOrNull(r.deviceCgroupRules()));
    }

    private static void number(ObjectNode o, String key, @Nullable Long value) {
        o.put(key, value == null ? 0 : value);
    }

    private static void rates(ObjectNode o, String key, List<DeviceRate> rates) {
        ArrayNode all = o.putArray(key);
        for (DeviceRate r : rates) all.addObject().put("Path", r.path()).put("Rate", r.rate());
    }

    private static void devices(ObjectNode o, List<DeviceMapping> devices) {
        ArrayNode all = o.putArray("Devices");
        for (DeviceMapping d : devices)
            all.addObject()
                    .put("PathOnHost", d.pathOnHost())
                    .put("PathInContainer", d.pathInContainer())
                    .put("CgroupPermissions", d.permissions());
    }
}
