package dev.felucca.core.security;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.LinuxSeccomp;
import dev.felucca.api.spec.LinuxSeccompArg;
import dev.felucca.api.spec.LinuxSyscall;
import dev.felucca.api.spec.SeccompAction;
import dev.felucca.api.spec.SeccompArch;
import dev.felucca.api.spec.SeccompFlag;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A profile in the format of Docker's {@code --security-opt seccomp=FILE}: the runtime spec's seccomp section with rules that
 * depend on the container's capabilities, the architecture and the kernel. Field names are the file's.
 *
 * @param architectures for all hosts; or {@code archMap}, by the host's own architecture
 */
public record SeccompProfile(
        @Nullable SeccompAction defaultAction,
        @Nullable Integer defaultErrnoRet,
        List<SeccompArch> architectures,
        List<ArchMapping> archMap,
        List<SeccompFlag> flags,
        @Nullable String listenerPath,
        @Nullable String listenerMetadata,
        List<Rule> syscalls) {

    /** Which other architectures a host of that architecture runs programs of. */
    public record ArchMapping(SeccompArch architecture, List<SeccompArch> subArchitectures) {
        public ArchMapping {
            if (architecture == null) {
                throw EngineException.invalid("seccomp profile: archMap[].architecture is missing");
            }
            subArchitectures = copy(subArchitectures);
        }
    }

    /**
     * When a rule holds: for includes all of it must apply, for excludes any of it takes the rule away.
     *
     * @param minKernel {@code MAJOR.MINOR}
     */
    public record Filter(List<String> caps, List<String> arches, @Nullable String minKernel) {
        public Filter {
            caps = copy(caps);
            arches = copy(arches);
        }
    }

    /** A rule; {@code name} is the old form of {@code names}. */
    public record Rule(
            @Nullable String name,
            List<String> names,
            @Nullable SeccompAction action,
            @Nullable Integer errnoRet,
            List<LinuxSeccompArg> args,
            @Nullable String comment,
            @Nullable Filter includes,
            @Nullable Filter excludes) {
        public Rule {
            names = copy(names);
            args = copy(args);
            if (name != null && !name.isEmpty() && !names.isEmpty()) {
                throw EngineException.invalid("seccomp profile: a rule has both 'name' and 'names', use one of them");
            }
            if (action == null) {
                throw EngineException.invalid(
                        "seccomp profile: the rule for " + (name == null ? names : name) + " has no action");
            }
        }

        List<String> allNames() {
            return name == null || name.isEmpty() ? names : List.of(name);
        }
    }

    public SeccompProfile {
        architectures = copy(architectures);
        archMap = copy(archMap);
        flags = copy(flags);
        syscalls = copy(syscalls);
        if (!architectures.isEmpty() && !archMap.isEmpty()) {
            throw EngineException.invalid(
                    "seccomp profile: it has both 'architectures' and 'archMap', use one of them");
        }
        if (defaultAction == null && !syscalls.isEmpty()) {
            throw EngineException.invalid("seccomp profile: defaultAction is missing");
        }
    }

    /**
     * What holds for a container on this host.
     *
     * @param bounding its bounding set, names such as {@code CAP_CHOWN}
     * @return empty if the profile says nothing at all: no filter then, as in Docker
     */
    public Optional<LinuxSeccomp> resolve(Set<String> bounding) {
        return resolve(bounding, SeccompHost.here());
    }

    Optional<LinuxSeccomp> resolve(Set<String> bounding, SeccompHost host) {
        if (defaultAction == null) {
            return Optional.empty();
        }
        List<SeccompArch> arches = new ArrayList<>(architectures);
        for (ArchMapping mapping : archMap) {
            if (mapping.architecture() == host.seccompArch()) {
                arches.add(mapping.architecture());
                arches.addAll(mapping.subArchitectures());
            }
        }
        List<LinuxSyscall> rules = new ArrayList<>();
        for (Rule rule : syscalls) {
            if (applies(rule, bounding, host)) {
                add(rules, rule);
            }
        }
        return Optional.of(
                new LinuxSeccomp(defaultAction, defaultErrnoRet, arches, flags, listenerPath, listenerMetadata, rules));
    }

    /** Conditions on one and the same argument are alternatives: written as rules of their own, they are so for every runtime. */
    private static void add(List<LinuxSyscall> rules, Rule rule) {
        SeccompAction action = rule.action();
        if (action == null) {
            return; // refused by the constructor; for the null checker
        }
        boolean twice =
                rule.args().stream().map(LinuxSeccompArg::index).distinct().count()
                        < rule.args().size();
        if (twice) {
            rule.args()
                    .forEach(
                            arg -> rules.add(new LinuxSyscall(rule.allNames(), action, rule.errnoRet(), List.of(arg))));
        } else {
            rules.add(new LinuxSyscall(rule.allNames(), action, rule.errnoRet(), rule.args()));
        }
    }

    private static boolean applies(Rule rule, Set<String> bounding, SeccompHost host) {
        Filter excludes = rule.excludes();
        if (excludes != null
                && (excludes.arches().contains(host.arch())
                        || !Collections.disjoint(excludes.caps(), bounding)
                        || kernel(excludes.minKernel(), host, false))) {
            return false;
        }
        Filter includes = rule.includes();
        return includes == null
                || ((includes.arches().isEmpty() || includes.arches().contains(host.arch()))
                        && bounding.containsAll(includes.caps())
                        && kernel(includes.minKernel(), host, true));
    }

    private static boolean kernel(@Nullable String minimum, SeccompHost host, boolean ifUnsaid) {
        return (minimum == null || minimum.isEmpty()) ? ifUnsaid : host.atLeast(minimum);
    }

    private static <T> List<T> copy(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }
}
