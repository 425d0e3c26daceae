package dev.felucca.initplan;

import dev.felucca.door.Barrier;
import dev.felucca.door.NamespaceType;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Operations on the process itself: its birth, namespaces, barriers, limits. */
public sealed interface ProcessOp extends Op {

    /** setns(2) into the namespace that the slot's descriptor refers to. */
    record Join(NamespaceType type, Slot namespace) implements ProcessOp {
        @Override
        public OpCode code() {
            return OpCode.JOIN;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(type.flag()).u32(namespace.number());
        }

        @Override
        public String words() {
            return "join the " + type.file() + " namespace " + namespace;
        }
    }

    /** unshare(2). PID and time namespaces take effect with the next {@link Clone}. */
    record Unshare(Set<NamespaceType> types) implements ProcessOp {
        public Unshare {
            types = Set.copyOf(types);
        }

        @Override
        public OpCode code() {
            return OpCode.UNSHARE;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(ProcessOp.flags(types));
        }

        @Override
        public String words() {
            return "unshare: " + ProcessOp.words(types);
        }
    }

    /** Brings the loopback interface of the network namespace up. */
    record Loopback() implements ProcessOp {
        @Override
        public OpCode code() {
            return OpCode.LOOPBACK;
        }

        @Override
        public void encode(PlanWriter out) {}

        @Override
        public String words() {
            return "bring the loopback interface up";
        }
    }

    /** Writes an offset of the time namespace that was just unshared ({@code timens_offsets}, time_namespaces(7)). */
    record TimeOffset(Clock clock, long seconds, int nanoseconds) implements ProcessOp {
        /** The clocks that a time namespace shifts, with their ids. */
        public enum Clock {
            MONOTONIC(1),
            BOOTTIME(7);

            private final int id;

            Clock(int id) {
                this.id = id;
            }

            static Clock of(int id) {
                return id == 1 ? MONOTONIC : BOOTTIME;
            }
        }

        @Override
        public OpCode code() {
            return OpCode.TIMENS;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(clock.id).u32(nanoseconds).u64(seconds);
        }

        @Override
        public String words() {
            return "shift the clock " + clock + " by " + seconds + " s and " + nanoseconds + " ns";
        }
    }

    /**
     * clone3(2) with CLONE_PARENT: the child goes on with the rest of the plan and is the engine's own child; the caller
     * reports its pid and a pidfd (message BORN) and ends. At most one in a plan.
     *
     * @param types what is made anew; empty for a program that joins a container
     * @param cgroup directory of a v2 group to be born in (CLONE_INTO_CGROUP)
     */
    @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // absent is a case of the operation itself
    record Clone(Set<NamespaceType> types, Optional<Slot> cgroup) implements ProcessOp {
        static final int NO_SLOT = -1;

        public Clone {
            types = Set.copyOf(types);
        }

        public Clone(Set<NamespaceType> types) {
            this(types, Optional.empty());
        }

        @Override
        public OpCode code() {
            return OpCode.CLONE;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(ProcessOp.flags(types)).u32(cgroup.map(Slot::number).orElse(NO_SLOT));
        }

        @Override
        public String words() {
            return "clone with " + ProcessOp.words(types)
                    + cgroup.map(c -> " into the cgroup " + c).orElse("");
        }
    }

    /** Says AT_BARRIER and waits for its release; end of file means that the engine is gone, and init ends. */
    record AwaitBarrier(Barrier barrier) implements ProcessOp {
        @Override
        public OpCode code() {
            return OpCode.BARRIER;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(barrier.id());
        }

        @Override
        public String words() {
            return "wait until " + barrier.words();
        }
    }

    /** One write(2) of the whole text to a slot's descriptor, such as {@code 0} to a {@code cgroup.procs}. */
    record WriteFd(Slot file, String data) implements ProcessOp {
        @Override
        public OpCode code() {
            return OpCode.WRITE_FD;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(file.number()).bytes(data.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String words() {
            return "write \"" + data.strip() + "\" to " + file;
        }
    }

    /** Sends a descriptor of the process's own namespace to the engine (message DESCRIPTOR). */
    record SendNamespace(NamespaceType type) implements ProcessOp {
        @Override
        public OpCode code() {
            return OpCode.NAMESPACE;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(type.flag());
        }

        @Override
        public String words() {
            return "send the " + type.file() + " namespace to the engine";
        }
    }

    /**
     * PR_SET_PDEATHSIG, then a look whether the engine's end of the socket is still open. Credential changes clear it: place
     * it after the last of them.
     */
    record ParentDeathSignal(int signal) implements ProcessOp {
        @Override
        public OpCode code() {
            return OpCode.PDEATHSIG;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(signal);
        }

        @Override
        public String words() {
            return "get signal " + signal + " when its parent dies";
        }
    }

    /** setsid(2). */
    record NewSession() implements ProcessOp {
        @Override
        public OpCode code() {
            return OpCode.SETSID;
        }

        @Override
        public void encode(PlanWriter out) {}

        @Override
        public String words() {
            return "start a session";
        }
    }

    /** KEYCTL_JOIN_SESSION_KEYRING (keyctl(2)). */
    record SessionKeyring(String name) implements ProcessOp {
        @Override
        public OpCode code() {
            return OpCode.KEYRING;
        }

        @Override
        public void encode(PlanWriter out) {
            out.string(name);
        }

        @Override
        public String words() {
            return "join the session keyring " + name;
        }
    }

    /** PR_SET_DUMPABLE. 0 before joining a container's namespaces, so that nobody in there can trace this process. */
    record Dumpable(boolean dumpable) implements ProcessOp {
        @Override
        public OpCode code() {
            return OpCode.DUMPABLE;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(dumpable ? 1 : 0);
        }

        @Override
        public String words() {
            return dumpable ? "allow tracing" : "forbid tracing";
        }
    }

    /** umask(2); until then it is 0, so that modes in the plan are taken as they stand. */
    record Umask(int mode) implements ProcessOp {
        @Override
        public OpCode code() {
            return OpCode.UMASK;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(mode);
        }

        @Override
        public String words() {
            return "set the umask " + Integer.toOctalString(mode);
        }
    }

    /** prlimit(2) on itself; -1 is RLIM_INFINITY. A low NOFILE belongs near the end: init's slots are descriptors too. */
    record Rlimit(int resource, long soft, long hard) implements ProcessOp {
        @Override
        public OpCode code() {
            return OpCode.RLIMIT;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(resource).u64(soft).u64(hard);
        }

        @Override
        public String words() {
            return "limit " + Rlimits.name(resource) + " to " + limit(soft) + ", at most " + limit(hard);
        }

        private static String limit(long value) {
            return value == -1 ? "unlimited" : Long.toUnsignedString(value);
        }
    }

    /** Writes {@code oom_score_adj} through a verified procfs. */
    record OomScoreAdj(int value) implements ProcessOp {
        @Override
        public OpCode code() {
            return OpCode.OOM_SCORE_ADJ;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(value);
        }

        @Override
        public String words() {
            return "set oom_score_adj " + value;
        }
    }

    /** personality(2). */
    record Personality(int persona) implements ProcessOp {
        @Override
        public OpCode code() {
            return OpCode.PERSONALITY;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(persona);
        }

        @Override
        public String words() {
            return "set the personality 0x" + Integer.toHexString(persona);
        }
    }

    /** sched_setattr(2); times in nanoseconds. */
    record Scheduler(int policy, int nice, int priority, long flags64, long runtime, long deadline, long period)
            implements ProcessOp {
        @Override
        public OpCode code() {
            return OpCode.SCHEDULER;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(policy).u32(nice).u32(priority);
            out.u64(flags64).u64(runtime).u64(deadline).u64(period);
        }

        @Override
        public String words() {
            return "use scheduling policy " + policy + ", nice " + nice + ", priority " + priority;
        }
    }

    /** ioprio_set(2) on itself: class in bits 13 and up, level below. */
    record IoPriority(int value) implements ProcessOp {
        @Override
        public OpCode code() {
            return OpCode.IOPRIO;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(value);
        }

        @Override
        public String words() {
            return "set I/O priority class " + (value >> 13) + ", level " + (value & 7);
        }
    }

    /** sethostname(2). */
    record Hostname(String name) implements ProcessOp {
        @Override
        public OpCode code() {
            return OpCode.HOSTNAME;
        }

        @Override
        public void encode(PlanWriter out) {
            out.string(name);
        }

        @Override
        public String words() {
            return "set the host name " + name;
        }
    }

    /** setdomainname(2). */
    record Domainname(String name) implements ProcessOp {
        @Override
        public OpCode code() {
            return OpCode.DOMAINNAME;
        }

        @Override
        public void encode(PlanWriter out) {
            out.string(name);
        }

        @Override
        public String words() {
            return "set the domain name " + name;
        }
    }

    /**
     * Writes a kernel parameter through a verified procfs.
     *
     * @param name its path below {@code /proc/sys}, with slashes: {@code net/ipv4/ip_forward}
     */
    record Sysctl(String name, String value) implements ProcessOp {
        @Override
        public OpCode code() {
            return OpCode.SYSCTL;
        }

        @Override
        public void encode(PlanWriter out) {
            out.string(name).string(value);
        }

        @Override
        public String words() {
            return "set sysctl " + name + " to " + value;
        }
    }

    /** The types whose bits are set. */
    static Set<NamespaceType> types(int flags) {
        EnumSet<NamespaceType> set = EnumSet.noneOf(NamespaceType.class);
        for (NamespaceType n : NamespaceType.values()) {
            if ((flags & n.flag()) != 0) {
                set.add(n);
            }
        }
        return set;
    }

    static NamespaceType type(int flag) {
        return NamespaceType.byFlag(flag)
                .orElseThrow(() ->
                        new IllegalArgumentException("no namespace type has the flag 0x" + Integer.toHexString(flag)));
    }

    static int flags(Set<NamespaceType> types) {
        return types.stream().mapToInt(NamespaceType::flag).reduce(0, (a, b) -> a | b);
    }

    static String words(Set<NamespaceType> types) {
        return types.isEmpty()
                ? "no new namespaces"
                : types.stream()
                        .sorted()
                        .map(NamespaceType::file)
                        .collect(Collectors.joining(", ", "new namespaces ", ""));
    }
}
