package dev.felucca.door.cgroup;

import dev.felucca.api.cgroup.CgroupStats.BlkioEntry;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Parsers of the block I/O counters, in Docker's names. */
final class BlkioStats {
    private static final String BYTES = "io_service_bytes_recursive";
    private static final String OPERATIONS = "io_serviced_recursive";

    /** Key of io.stat: Docker's file and operation. */
    private static final Map<String, List<String>> KEYS = Map.of(
            "rbytes", List.of(BYTES, "Read"),
            "wbytes", List.of(BYTES, "Write"),
            "dbytes", List.of(BYTES, "Discard"),
            "rios", List.of(OPERATIONS, "Read"),
            "wios", List.of(OPERATIONS, "Write"),
            "dios", List.of(OPERATIONS, "Discard"));

    private BlkioStats() {}

    /** BFQ's counters if any disk uses it, else those of the throttling layer, which sees all I/O. */
    static void v1(GroupDir group, List<BlkioEntry> into) {
        for (String name : List.of(BYTES, OPERATIONS)) {
            for (String prefix : List.of("blkio.bfq.", "blkio.throttle.")) {
                int before = into.size();
                Optional<String> text = group.readIfThere(prefix + name);
                text.ifPresent(t -> parseV1(name, t, into));
                if (into.size() > before) {
                    break;
                }
            }
        }
    }

    /** Lines {@code 8:0 Read 4096}; the last line, {@code Total 4096}, names no device. */
    static void parseV1(String name, String text, List<BlkioEntry> into) {
        for (String line : text.split("\n")) {
            String[] f = line.split("[ :]");
            if (f.length == 4) {
                into.add(new BlkioEntry(
                        name, Long.parseLong(f[0]), Long.parseLong(f[1]), f[2], StatsBuilder.number(f[3])));
            }
        }
    }

    /** Lines {@code 8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6}. */
    static void v2(String text, List<BlkioEntry> into) {
        for (String line : text.split("\n")) {
            String[] f = line.split(" ");
            String[] device = f[0].split(":");
            for (int i = 1; i < f.length && device.length == 2; i++) {
                String[] pair = f[i].split("=");
                List<String> names = KEYS.get(pair[0]);
                if (names != null && pair.length == 2) {
                    into.add(new BlkioEntry(
                            names.get(0),
                            Long.parseLong(device[0]),
                            Long.parseLong(device[1]),
                            names.get(1),
                            StatsBuilder.number(pair[1])));
                }
            }
        }
    }
}
