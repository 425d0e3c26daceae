package dev.felucca.core.spec;

import dev.felucca.api.EngineException;
import java.util.BitSet;

/** Lists of CPUs and NUMA nodes such as {@code 0-3,7} (cpuset(7), formats). */
final class CpuList {
    /** More than any kernel's CONFIG_NR_CPUS; keeps a typo from taking memory. */
    private static final int LIMIT = 8192;

    private CpuList() {}

    /** @param what for the refusal, such as {@code cpuset cpus} */
    static BitSet parse(String what, String list) {
        BitSet set = new BitSet();
        for (String range : list.split(",", -1)) {
            if (!range.strip().matches("\\d{1,4}(-\\d{1,4})?")) {
                throw EngineException.invalid("Invalid value " + list + " for " + what);
            }
            String[] ends = range.strip().split("-");
            int first = Integer.parseInt(ends[0]);
            int last = Integer.parseInt(ends[ends.length - 1]);
            if (first > last || last >= LIMIT) {
                throw EngineException.invalid("Invalid value " + list + " for " + what);
            }
            set.set(first, last + 1);
        }
        return set;
    }

    /** Refuses what is not {@code available}, naming what is. */
    static void check(String what, String things, String list, String available) {
        BitSet missing = parse(what, list);
        missing.andNot(parse(what, available));
        if (!missing.isEmpty()) {
            throw EngineException.invalid(
                    "Requested " + things + " are not available - requested " + list + ", available: " + available);
        }
    }
}
