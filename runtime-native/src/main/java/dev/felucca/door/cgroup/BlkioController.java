package dev.felucca.door.cgroup;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.LinuxBlockIo;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.api.spec.LinuxThrottleDevice;
import java.util.List;
import java.util.function.Supplier;

/** Block I/O: weights and throttles. v2 calls it io. Statistics: {@link BlkioStats}. */
final class BlkioController extends Controller {
    BlkioController() {
        super("blkio", "io");
    }

    @Override
    String limits(LinuxResources r) {
        return r.blockIO().equals(LinuxBlockIo.EMPTY) ? "" : "a limit of block I/O";
    }

    @Override
    void set(GroupDir group, LinuxResources r, boolean fresh) {
        LinuxBlockIo b = r.blockIO();
        if (b.equals(LinuxBlockIo.EMPTY)) {
            return;
        }
        setWeights(group, b);
        if (group.unified()) {
            throttle(group, "io.max", "rbps=", b.throttleReadBpsDevice());
            throttle(group, "io.max", "wbps=", b.throttleWriteBpsDevice());
            throttle(group, "io.max", "riops=", b.throttleReadIOPSDevice());
            throttle(group, "io.max", "wiops=", b.throttleWriteIOPSDevice());
        } else {
            throttle(group, "blkio.throttle.read_bps_device", "", b.throttleReadBpsDevice());
            throttle(group, "blkio.throttle.write_bps_device", "", b.throttleWriteBpsDevice());
            throttle(group, "blkio.throttle.read_iops_device", "", b.throttleReadIOPSDevice());
            throttle(group, "blkio.throttle.write_iops_device", "", b.throttleWriteIOPSDevice());
        }
    }

    private static void throttle(GroupDir group, String file, String key, List<LinuxThrottleDevice> limits) {
        for (var t : limits) {
            String rate = t.rate() == 0 && group.unified() ? "max" : Long.toUnsignedString(t.rate());
            group.write(file, t.major() + ":" + t.minor() + " " + key + rate, noDevice(t.major(), t.minor()));
        }
    }

    private static Supplier<String> noDevice(long major, long minor) {
        return () -> "is there a whole block device " + major + ":" + minor + "? (lsblk shows them)";
    }

    private static void setWeights(GroupDir group, LinuxBlockIo b) {
        Integer weight = b.weight();
        if (weight != null && weight != 0) {
            writeWeight(group, weight);
        }
        Integer leaf = b.leafWeight();
        if (leaf != null && leaf != 0) {
            if (group.unified()) {
                throw onlyV1("a leaf weight of block I/O");
            }
            group.write("blkio.leaf_weight", Integer.toString(leaf), () -> "leaf weights went with the CFQ scheduler");
        }
        for (var d : b.weightDevice()) {
            Integer w = d.weight();
            if (w != null && w != 0) {
                check(w);
                String file = group.unified() ? weightFileV2(group) : weightFileV1(group) + "_device";
                long value = file.equals("io.weight") ? Weights.io(w) : w;
                group.write(file, d.major() + ":" + d.minor() + " " + value, noDevice(d.major(), d.minor()));
            }
            Integer l = d.leafWeight();
            if (l != null && l != 0) {
                if (group.unified()) {
                    throw onlyV1("a leaf weight of block I/O");
                }
                group.write(
                        "blkio.leaf_weight_device",
                        d.major() + ":" + d.minor() + " " + l,
                        () -> "leaf weights went with the CFQ scheduler");
            }
        }
    }

    private static void writeWeight(GroupDir group, int weight) {
        check(weight);
        String file = group.unified() ? weightFileV2(group) : weightFileV1(group);
        group.write(
                file,
                Long.toString(file.equals("io.weight") ? Weights.io(weight) : weight),
                () -> "weights need the scheduler BFQ or io.cost in the kernel");
    }

    private static void check(int weight) {
        if (weight < 10 || weight > 1000) {
            throw EngineException.invalid("a block I/O weight of " + weight + ": it is 10 to 1000");
        }
    }

    /** CFQ's file on old kernels, BFQ's on those that have no other. */
    private static String weightFileV1(GroupDir group) {
        return group.has("blkio.weight") ? "blkio.weight" : "blkio.bfq.weight";
    }

    private static String weightFileV2(GroupDir group) {
        return group.has("io.bfq.weight") ? "io.bfq.weight" : "io.weight";
    }

    @Override
    void stats(GroupDir group, StatsBuilder into) {
        if (group.unified()) {
            group.readIfThere("io.stat").ifPresent(t -> BlkioStats.v2(t, into.blkio));
        } else {
            BlkioStats.v1(group, into.blkio);
        }
    }
}
