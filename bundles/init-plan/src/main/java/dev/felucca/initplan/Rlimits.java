package dev.felucca.initplan;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.PosixRlimit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Resource limits: the spec's, and the saved ones for what it does not name. */
final class Rlimits {
    /** By number, asm-generic/resource.h; the same on x86-64 and arm64. */
    private static final List<String> NAMES = List.of(
            "CPU",
            "FSIZE",
            "DATA",
            "STACK",
            "CORE",
            "RSS",
            "NPROC",
            "NOFILE",
            "MEMLOCK",
            "AS",
            "LOCKS",
            "SIGPENDING",
            "MSGQUEUE",
            "NICE",
            "RTPRIO",
            "RTTIME");

    private Rlimits() {}

    static String name(int resource) {
        return "RLIMIT_" + (resource < NAMES.size() ? NAMES.get(resource) : resource);
    }

    static Collection<ProcessOp.Rlimit> merge(List<ProcessOp.Rlimit> saved, List<PosixRlimit> wanted) {
        Map<Integer, ProcessOp.Rlimit> limits = new TreeMap<>();
        saved.forEach(l -> limits.put(l.resource(), l));
        for (PosixRlimit l : wanted) {
            int number = l.type().startsWith("RLIMIT_") ? NAMES.indexOf(l.type().substring(7)) : -1;
            if (number < 0) {
                throw EngineException.invalid("process.rlimits: unknown type \"" + l.type() + "\"");
            }
            if (Long.compareUnsigned(l.soft(), l.hard()) > 0) {
                throw EngineException.invalid(
                        "process.rlimits: the soft limit of " + l.type() + " is above the hard one");
            }
            limits.put(number, new ProcessOp.Rlimit(number, l.soft(), l.hard()));
        }
        return limits.values();
    }
}
