package dev.felucca.cgroup.systemd;

import dev.felucca.api.spec.LinuxBlockIo;
import dev.felucca.api.spec.LinuxCpu;
import dev.felucca.api.spec.LinuxMemory;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.api.spec.LinuxThrottleDevice;
import dev.felucca.door.cgroup.Bandwidth;
import dev.felucca.door.cgroup.Weights;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.freedesktop.dbus.types.UInt64;
import org.jspecify.annotations.Nullable;

/**
 * Resources as a scope's properties (systemd.resource-control(5)). systemd has to know what it can set, since it writes it again
 * when it is reloaded; it does so without complaint about values that the kernel refuses, so all is written to the kernel's files
 * as well, which also refines what systemd rounds.
 */
final class ScopeProperties {
    private static final long SECOND_MICROS = 1_000_000;
    /** systemd keeps a quota as whole percents of a CPU. */
    private static final long PERCENT_MICROS = 10_000;

    private final boolean v2;
    private final List<Property> properties = new ArrayList<>();

    private ScopeProperties(boolean v2) {
        this.v2 = v2;
    }

    /** Of a new scope. Delegate: what is below the group, and what systemd does not know, is left alone. */
    static List<Property> start(String cgroupsPath, int pid, LinuxResources r, boolean v2) {
        ScopeProperties p = new ScopeProperties(v2);
        p.add(Property.of("Description", "Felucca container"));
        p.add(Property.of("Slice", Slices.slice(cgroupsPath)));
        p.add(Property.pid(pid));
        p.add(Property.of("Delegate", true));
        p.add(Property.of("DefaultDependencies", false));
        p.add(Property.of("CollectMode", "inactive-or-failed"));
        p.add(Property.of("CPUAccounting", true));
        p.add(Property.of("MemoryAccounting", true));
        p.add(Property.of("TasksAccounting", true));
        p.add(Property.of(v2 ? "IOAccounting" : "BlockIOAccounting", true));
        Long pids = r.pids().limit();
        if (pids == null || pids <= 0) {
            // Otherwise it is 15 per cent of what the system can have.
            p.add(Property.number("TasksMax", -1));
        }
        p.resources(r, Bandwidth.NONE, -1);
        return p.properties;
    }

    /**
     * Of a change.
     *
     * @param bandwidth as it is now
     * @param memoryLimit as it is now
     */
    static List<Property> change(LinuxResources r, boolean v2, Bandwidth bandwidth, long memoryLimit) {
        ScopeProperties p = new ScopeProperties(v2);
        p.resources(r, bandwidth, memoryLimit);
        return p.properties;
    }

    private void add(Property property) {
        properties.add(property);
    }

    private void resources(LinuxResources r, Bandwidth bandwidth, long memoryLimit) {
        cpu(r.cpu(), bandwidth);
        memory(r.memory(), memoryLimit);
        Long pids = r.pids().limit();
        if (pids != null) {
            add(Property.number("TasksMax", pids <= 0 ? -1 : pids));
        }
        blockIo(r.blockIO());
        if (!r.devices().isEmpty()) {
            properties.addAll(DeviceAllow.of(r.devices()));
        }
    }

    private void cpu(LinuxCpu c, Bandwidth now) {
        long shares = orZero(c.shares());
        if (shares > 0) {
            add(Property.number(v2 ? "CPUWeight" : "CPUShares", v2 ? Weights.cpu(shares) : shares));
        }
        if (orZero(c.quota()) != 0 || orZero(c.period()) != 0) {
            long quota = orZero(c.quota()) != 0 ? orZero(c.quota()) : now.quota();
            long period = orZero(c.period()) != 0 ? orZero(c.period()) : now.period();
            long percents = quota <= 0 ? -1 : (quota * SECOND_MICROS / period + PERCENT_MICROS - 1) / PERCENT_MICROS;
            add(Property.number("CPUQuotaPerSecUSec", percents < 0 ? -1 : percents * PERCENT_MICROS));
            add(Property.number("CPUQuotaPeriodUSec", period));
        }
        if (v2) {
            set("AllowedCPUs", c.cpus());
            set("AllowedMemoryNodes", c.mems());
        }
    }

    private void memory(LinuxMemory m, long limitNow) {
        long limit = orZero(m.limit());
        long swap = orZero(m.swap());
        if (limit != 0) {
            add(Property.number(v2 ? "MemoryMax" : "MemoryLimit", limit));
        }
        if (!v2) {
            return;
        }
        long base = limit != 0 ? limit : limitNow;
        if (swap < 0 || (swap == 0 && limit < 0)) {
            add(Property.number("MemorySwapMax", -1));
        } else if (swap > 0 && base > 0 && swap >= base) {
            add(Property.number("MemorySwapMax", swap - base));
        }
        if (orZero(m.reservation()) != 0) {
            add(Property.number("MemoryLow", orZero(m.reservation())));
        }
    }

    private void blockIo(LinuxBlockIo b) {
        Integer weight = b.weight();
        if (weight != null && weight != 0) {
            add(Property.number(v2 ? "IOWeight" : "BlockIOWeight", v2 ? Weights.io(weight) : weight));
        }
        List<Property.Amount> weights = new ArrayList<>();
        for (var d : b.weightDevice()) {
            Integer w = d.weight();
            if (w != null && w != 0) {
                weights.add(amount(d.major(), d.minor(), v2 ? Weights.io(w) : w));
            }
        }
        amounts(v2 ? "IODeviceWeight" : "BlockIODeviceWeight", weights);
        rates(v2 ? "IOReadBandwidthMax" : "BlockIOReadBandwidth", b.throttleReadBpsDevice());
        rates(v2 ? "IOWriteBandwidthMax" : "BlockIOWriteBandwidth", b.throttleWriteBpsDevice());
        if (v2) {
            rates("IOReadIOPSMax", b.throttleReadIOPSDevice());
            rates("IOWriteIOPSMax", b.throttleWriteIOPSDevice());
        }
    }

    private void rates(String name, List<LinuxThrottleDevice> limits) {
        amounts(
                name,
                limits.stream().map(t -> amount(t.major(), t.minor(), t.rate())).toList());
    }

    private void amounts(String name, List<Property.Amount> amounts) {
        if (!amounts.isEmpty()) {
            add(Property.amounts(name, amounts));
        }
    }

    private static Property.Amount amount(long major, long minor, long value) {
        return new Property.Amount("/dev/block/" + major + ":" + minor, new UInt64(Long.toUnsignedString(value)));
    }

    /** A list such as 0-3,7 as a set of bits, the least first; what is no such list is left to the kernel's file to refuse. */
    private void set(String name, @Nullable String list) {
        if (list == null || !list.strip().matches("\\d{1,4}(-\\d{1,4})?(,\\d{1,4}(-\\d{1,4})?)*")) {
            return;
        }
        BitSet bits = new BitSet();
        for (String range : list.strip().split(",")) {
            String[] ends = range.split("-");
            int first = Integer.parseInt(ends[0]);
            int last = Integer.parseInt(ends[ends.length - 1]);
            if (last < first) {
                return;
            }
            bits.set(first, last + 1);
        }
        add(Property.bytes(name, bits.toByteArray()));
    }

    private static long orZero(@Nullable Long value) {
        return value == null ? 0 : value;
    }
}
