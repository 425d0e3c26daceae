package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.Resources;
import dev.felucca.shell.options.Arguments;
import dev.felucca.shell.values.Devices;
import dev.felucca.shell.values.Sizes;
import org.jspecify.annotations.Nullable;

/** From options to limits. What docker takes as "not set", such as {@code --memory 0}, is not set. */
final class ResourceFlags {
    private final Arguments a;

    ResourceFlags(Arguments a) {
        this.a = a;
    }

    Resources resources() {
        Long cpus = notZero(a.convert("cpus", Sizes::nanoCpus));
        Long period = notZero(a.convert("cpu-period", ResourceFlags::notNegative));
        Long quota = notZero(a.convert("cpu-quota", Sizes::integer));
        if (cpus != null && (period != null || quota != null))
            throw EngineException.invalid("--cpus excludes --cpu-period and --cpu-quota: it sets both");
        Long weight = notZero(a.convert("blkio-weight", ResourceFlags::weight));
        Long pids = notZero(a.convert("pids-limit", Sizes::integer));
        return new Resources(
                notZero(a.convert("memory", Sizes::bytes)),
                notZero(a.convert("memory-reservation", Sizes::bytes)),
                notZero(a.convert("memory-swap", Sizes::bytesOrUnlimited)),
                swappiness(),
                a.given("oom-kill-disable") ? Boolean.valueOf(a.flag("oom-kill-disable")) : null,
                cpus,
                notZero(a.convert("cpu-shares", ResourceFlags::notNegative)),
                period,
                quota,
                notZero(a.convert("cpu-rt-period", ResourceFlags::notNegative)),
                notZero(a.convert("cpu-rt-runtime", Sizes::integer)),
                a.convert("cpuset-cpus", ResourceFlags::cpuset),
                a.convert("cpuset-mems", ResourceFlags::cpuset),
                weight == null ? null : Integer.valueOf(weight.intValue()),
                a.convertAll("device-read-bps", Devices::bytesRate),
                a.convertAll("device-write-bps", Devices::bytesRate),
                a.convertAll("device-read-iops", Devices::operationsRate),
                a.convertAll("device-write-iops", Devices::operationsRate),
                pids == null ? null : Long.valueOf(pids < 0 ? -1 : pids),
                a.convertAll("device-cgroup-rule", Devices::rule));
    }

    private static @Nullable Long notZero(@Nullable Long value) {
        return value == null || value == 0 ? null : value;
    }

    private @Nullable Long swappiness() {
        Long value = a.convert("memory-swappiness", s -> (long) Sizes.integer(s, -1, 100));
        return value == null || value == -1 ? null : value;
    }

    private static long notNegative(String text) {
        long n = Sizes.integer(text);
        if (n < 0) throw EngineException.invalid("must not be negative");
        return n;
    }

    private static long weight(String text) {
        return text.equals("0") ? 0 : Sizes.integer(text, 10, 1000);
    }

    private static String cpuset(String text) {
        if (!text.matches("\\d+(-\\d+)?(,\\d+(-\\d+)?)*"))
            throw EngineException.invalid("give numbers and ranges, such as 0-3,5");
        return text;
    }
}
