package dev.felucca.core.spec;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.Ulimit;
import dev.felucca.api.spec.PosixRlimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Resource limits of a container (setrlimit(2)). */
final class Ulimits {
    private static final Set<String> NAMES = new TreeSet<>(Set.of(
            "as",
            "core",
            "cpu",
            "data",
            "fsize",
            "locks",
            "memlock",
            "msgqueue",
            "nice",
            "nofile",
            "nproc",
            "rss",
            "rtprio",
            "rttime",
            "sigpending",
            "stack"));

    private Ulimits() {}

    /** By name; the later of two for the same resource wins, as docker has it. INVALID names a wrong one. */
    static List<PosixRlimit> of(List<Ulimit> ulimits) {
        Map<String, PosixRlimit> limits = new TreeMap<>();
        for (Ulimit u : ulimits) {
            if (!NAMES.contains(u.name())) {
                throw EngineException.invalid("invalid ulimit type: " + u.name() + "; known are " + NAMES);
            }
            if (u.soft() < -1 || u.hard() < -1) {
                throw EngineException.invalid("invalid ulimit " + u.name() + ": a limit is -1 (unlimited), 0 or more");
            }
            if (u.soft() == -1 && u.hard() != -1) {
                throw EngineException.invalid("invalid ulimit " + u.name()
                        + ": the soft limit cannot be unlimited with a hard limit of " + u.hard());
            }
            if (u.hard() != -1 && u.soft() > u.hard()) {
                throw EngineException.invalid("invalid ulimit " + u.name()
                        + ": ulimit soft limit must be less than or equal to hard limit: " + u.soft() + " > "
                        + u.hard());
            }
            String type = "RLIMIT_" + u.name().toUpperCase(Locale.ROOT);
            limits.put(type, new PosixRlimit(type, u.hard(), u.soft()));
        }
        return new ArrayList<>(limits.values());
    }
}
