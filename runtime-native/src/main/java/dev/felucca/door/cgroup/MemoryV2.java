package dev.felucca.door.cgroup;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.LinuxMemory;

/** Memory limits on v2, where swap is limited by itself and the reservation is a protection (memory.low). */
final class MemoryV2 {
    private MemoryV2() {}

    static void set(GroupDir group, LinuxMemory m) {
        if (m.swappiness() != null) {
            throw Controller.onlyV1("swappiness");
        }
        if (Boolean.TRUE.equals(m.disableOOMKiller())) {
            throw Controller.onlyV1("a disabled OOM killer");
        }
        if (Controller.isSet(m.kernelTCP())) {
            throw Controller.onlyV1("a limit of kernel memory for TCP");
        }
        long limit = Controller.orZero(m.limit());
        long swap = Controller.orZero(m.swap());
        long reservation = Controller.orZero(m.reservation());
        if (Boolean.TRUE.equals(m.checkBeforeUpdate()) && limit > 0) {
            long usage = StatsBuilder.number(group, "memory.current");
            if (usage > limit) {
                throw EngineException.invalid(
                        "a memory limit of " + limit + " bytes is less than the " + usage + " in use");
            }
        }
        if (swap != 0) {
            long memory = limit != 0 ? limit : StatsBuilder.number(group, "memory.max");
            group.write("memory.swap.max", Controller.orMax(swapOnly(memory, swap)));
        } else if (limit < 0 && group.has("memory.swap.max")) {
            group.write("memory.swap.max", "max");
        }
        if (limit != 0) {
            group.write("memory.max", Controller.orMax(limit));
        }
        if (reservation != 0) {
            group.write("memory.low", Controller.orMax(reservation));
        }
    }

    /**
     * The specification's swap is memory and swap together.
     *
     * @param memory the memory limit; negative or Long.MAX_VALUE for none
     */
    static long swapOnly(long memory, long both) {
        if (both < 0) {
            return -1;
        }
        if (memory < 0 || memory == Long.MAX_VALUE) {
            throw EngineException.invalid(
                    "memory and swap together are limited to " + both + " bytes, so a memory limit is needed too");
        }
        if (both < memory) {
            throw EngineException.invalid(
                    "memory and swap together (" + both + ") must not be less than the memory limit (" + memory + ")");
        }
        return both - memory;
    }
}
