package dev.felucca.initplan;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.LinuxSeccomp;
import dev.felucca.api.spec.SeccompArch;
import dev.felucca.api.spec.SeccompFlag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Compiles a system call filter of the spec to classic BPF (seccomp(2)): a test of the architecture, then for each a binary
 * search over ranges of numbers with one decision; only rules about arguments look at more than the number, so the kernel can
 * cache the rest in its bitmap of calls that are always allowed. See {@link SeccompRules} for what rules mean. A call of an
 * architecture that the profile does not list kills the process. Filters are cached by content. Thread-safe.
 */
public final class SeccompCompiler {
    private static final int KILL_PROCESS = 0x8000_0000;
    private static final int MAX_INSTRUCTIONS = 4096;
    private static final int CACHED = 64;
    private static final Map<Key, IdentityOp.Seccomp> CACHE = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, IdentityOp.Seccomp> eldest) {
            return size() > CACHED;
        }
    };

    private record Key(LinuxSeccomp profile, List<SyscallAbi> abis) {}

    private SeccompCompiler() {}

    /** For this machine. */
    public static IdentityOp.Seccomp compile(LinuxSeccomp profile) {
        return switch (System.getProperty("os.arch", "")) {
            case "amd64" -> compile(profile, List.of(SyscallAbi.X86_64, SyscallAbi.I386, SyscallAbi.X32));
            case "aarch64" -> compile(profile, List.of(SyscallAbi.AARCH64, SyscallAbi.ARM));
            default ->
                throw EngineException.unsupported(
                        "seccomp: the architecture " + System.getProperty("os.arch") + " is not supported");
        };
    }

    /** @param abis of the machine, the native one first, which is always part of the filter */
    static IdentityOp.Seccomp compile(LinuxSeccomp profile, List<SyscallAbi> abis) {
        Key key = new Key(profile, abis);
        synchronized (CACHE) {
            IdentityOp.Seccomp cached = CACHE.get(key);
            if (cached != null) {
                return cached;
            }
        }
        IdentityOp.Seccomp filter = new IdentityOp.Seccomp(flags(profile), program(profile, abis));
        synchronized (CACHE) {
            CACHE.put(key, filter);
        }
        return filter;
    }

    private static int flags(LinuxSeccomp profile) {
        if (profile.listenerPath() != null && !profile.listenerPath().isEmpty()) {
            throw EngineException.unsupported("seccomp: listenerPath is not supported by Felucca's own init");
        }
        int flags = 0;
        for (SeccompFlag flag : profile.flags()) {
            flags |= switch (flag) {
                case TSYNC -> 1;
                case LOG -> 1 << 1;
                case SPEC_ALLOW -> 1 << 2;
                case WAIT_KILLABLE_RECV ->
                    throw EngineException.invalid(
                            "seccomp: SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV only works with a listener");
            };
        }
        return flags;
    }

    private static List<BpfInstruction> program(LinuxSeccomp profile, List<SyscallAbi> abis) {
        Map<Integer, List<SyscallAbi>> byAudit = new LinkedHashMap<>();
        for (SyscallAbi abi : abis) {
            SeccompArch arch = abi.arch();
            if (abi == abis.get(0) || profile.architectures().contains(arch)) {
                byAudit.computeIfAbsent(abi.audit(), a -> new ArrayList<>()).add(abi);
            }
        }
        List<BpfInstruction> code = BpfCode.ret(KILL_PROCESS);
        List<Integer> audits = new ArrayList<>(byAudit.keySet());
        for (int i = audits.size() - 1; i >= 0; i--) {
            List<BpfInstruction> section = new ArrayList<>();
            section.add(BpfCode.load(BpfCode.NR));
            section.addAll(search(ranges(profile, Objects.requireNonNull(byAudit.get(audits.get(i))))));
            code = BpfCode.branch(BpfCode.JEQ, audits.get(i), section, code);
        }
        List<BpfInstruction> program = new ArrayList<>(code.size() + 1);
        program.add(BpfCode.load(BpfCode.ARCH));
        program.addAll(code);
        if (program.size() > MAX_INSTRUCTIONS) {
            throw EngineException.invalid("seccomp: the profile compiles to " + program.size()
                    + " instructions; the kernel takes " + MAX_INSTRUCTIONS);
        }
        return program;
    }

    /** All numbers from {@code start} on, unsigned, up to the next range's start. */
    private record Range(int start, SeccompRules.Decision decision) {}

    /** The whole number space of one audit architecture. x32 without a place in the profile is a foreign architecture. */
    private static List<Range> ranges(LinuxSeccomp profile, List<SyscallAbi> abis) {
        TreeMap<Integer, SeccompRules.Decision> starts = new TreeMap<>(Integer::compareUnsigned);
        boolean x86 = abis.get(0).audit() == SyscallAbi.X86_64.audit();
        for (SyscallAbi abi : abis) {
            SeccompRules rules = SeccompRules.of(profile, abi);
            starts.put(abi.bit(), constant(rules.unnamed(abi.bit())));
            if (rules.newest() >= 0) {
                starts.put(rules.newest() + 1, constant(rules.unnamed(rules.newest() + 1)));
            }
            for (int edge : abi.edges()) {
                starts.put(edge, constant(rules.unnamed(edge)));
            }
            rules.decisions().forEach((nr, decision) -> {
                starts.put(nr, decision);
                starts.putIfAbsent(nr + 1, constant(rules.unnamed(nr + 1)));
            });
        }
        if (x86) {
            // -1 is "no call" (a tracer asked to skip it): it is decided as an x86-64 one.
            SeccompRules rules = SeccompRules.of(profile, abis.get(0));
            starts.put(-1, constant(rules.unnamed(-1)));
            if (abis.stream().noneMatch(a -> a == SyscallAbi.X32)) {
                starts.put(SyscallAbi.X32.bit(), constant(KILL_PROCESS));
            }
        }
        List<Range> ranges = new ArrayList<>();
        starts.forEach((start, decision) -> {
            if (ranges.isEmpty() || !ranges.get(ranges.size() - 1).decision().equals(decision)) {
                ranges.add(new Range(start, decision));
            }
        });
        return ranges;
    }

    private static SeccompRules.Decision constant(int action) {
        return new SeccompRules.Decision(action, List.of());
    }

    private static List<BpfInstruction> search(List<Range> ranges) {
        if (ranges.size() == 1) {
            return leaf(ranges.get(0).decision());
        }
        int middle = ranges.size() / 2;
        return BpfCode.branch(
                BpfCode.JGE,
                ranges.get(middle).start(),
                search(ranges.subList(middle, ranges.size())),
                search(ranges.subList(0, middle)));
    }

    private static List<BpfInstruction> leaf(SeccompRules.Decision decision) {
        List<BpfInstruction> code = new ArrayList<>();
        decision.conditionals().forEach(c -> code.addAll(BpfCode.rule(c)));
        code.addAll(BpfCode.ret(decision.action()));
        return code;
    }
}
