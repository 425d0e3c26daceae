package dev.felucca.initplan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.LinuxSeccomp;
import dev.felucca.api.spec.LinuxSeccompArg;
import dev.felucca.api.spec.LinuxSyscall;
import dev.felucca.api.spec.SeccompAction;
import dev.felucca.api.spec.SeccompArch;
import dev.felucca.api.spec.SeccompFlag;
import dev.felucca.api.spec.SeccompOperator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SeccompCompilerTest {
    private static final int ALLOW = 0x7fff0000;
    private static final int EPERM = 0x00050001;
    private static final int ENOSYS = 0x00050026;
    private static final int KILL_PROCESS = 0x80000000;
    private static final List<SyscallAbi> X86 = List.of(SyscallAbi.X86_64, SyscallAbi.I386, SyscallAbi.X32);
    private static final List<SyscallAbi> ARM = List.of(SyscallAbi.AARCH64, SyscallAbi.ARM);
    private static final List<SeccompArch> ALL =
            List.of(SeccompArch.X86_64, SeccompArch.X86, SeccompArch.X32, SeccompArch.AARCH64, SeccompArch.ARM);
    /** Values at which comparisons of halves go wrong, if they do. */
    private static final long[] EDGES = {
        0,
        1,
        2,
        0x20008,
        0x7fffffffL,
        0x80000000L,
        0xffffffffL,
        0x100000000L,
        0x100000001L,
        0x7e020000L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -1L,
        0xffffffff00000000L
    };

    @Test
    void everyFilterDecidesAsTheProfileSaysForEveryNumber() {
        Random random = new Random(20260101);
        for (int round = 0; round < 20; round++) {
            LinuxSeccomp profile = randomProfile(random);
            check(profile, X86, random);
            check(profile, ARM, random);
        }
    }

    @Test
    void callsNewerThanTheProfileAnswerEnosysAndOtherUnnamedOnesTheDefault() {
        LinuxSeccomp profile = profile(SeccompAction.ERRNO, List.of(allow("read"), allow("mseal"), allow("set_tls")));
        List<BpfInstruction> x86 = SeccompCompiler.compile(profile, X86).filter();
        assertEquals(ALLOW, run(x86, SyscallAbi.X86_64, 0));
        assertEquals(EPERM, run(x86, SyscallAbi.X86_64, 1));
        assertEquals(EPERM, run(x86, SyscallAbi.X86_64, 461));
        assertEquals(ALLOW, run(x86, SyscallAbi.X86_64, 462));
        assertEquals(ENOSYS, run(x86, SyscallAbi.X86_64, 463));
        assertEquals(ENOSYS, run(x86, SyscallAbi.X86_64, -1));
        assertEquals(EPERM, run(x86, SyscallAbi.X32, 0x40000000 | 512));
        assertEquals(ENOSYS, run(x86, SyscallAbi.X32, 0x40000000 | 511));
        List<BpfInstruction> arm = SeccompCompiler.compile(profile, ARM).filter();
        assertEquals(ALLOW, run(arm, SyscallAbi.ARM, 0xf0005));
        assertEquals(EPERM, run(arm, SyscallAbi.ARM, 0xf0001));
        assertEquals(ENOSYS, run(arm, SyscallAbi.ARM, 463));
    }

    @Test
    void aForeignArchitectureIsKilledAndX32IsOne() {
        LinuxSeccomp profile = new LinuxSeccomp(
                SeccompAction.ALLOW, null, List.of(SeccompArch.X86_64), List.of(), null, null, List.of());
        List<BpfInstruction> filter = SeccompCompiler.compile(profile, X86).filter();
        assertEquals(ALLOW, run(filter, SyscallAbi.X86_64, 1));
        assertEquals(ALLOW, run(filter, SyscallAbi.X86_64, -1));
        assertEquals(KILL_PROCESS, run(filter, SyscallAbi.I386, 1));
        assertEquals(KILL_PROCESS, run(filter, SyscallAbi.X32, 0x40000001));
        assertEquals(KILL_PROCESS, run(filter, SyscallAbi.AARCH64, 1));
    }

    @Test
    void actionsAndFlagsAreTheKernels() {
        assertEquals(0, SeccompRules.action(SeccompAction.KILL, null));
        assertEquals(KILL_PROCESS, SeccompRules.action(SeccompAction.KILL_PROCESS, null));
        assertEquals(0x00030000, SeccompRules.action(SeccompAction.TRAP, null));
        assertEquals(0x0005000d, SeccompRules.action(SeccompAction.ERRNO, 13));
        assertEquals(0x7ff00007, SeccompRules.action(SeccompAction.TRACE, 7));
        assertEquals(0x7ffc0000, SeccompRules.action(SeccompAction.LOG, null));
        LinuxSeccomp flagged = new LinuxSeccomp(
                SeccompAction.ALLOW,
                null,
                ALL,
                List.of(SeccompFlag.LOG, SeccompFlag.SPEC_ALLOW),
                null,
                null,
                List.of());
        assertEquals(6, SeccompCompiler.compile(flagged, X86).flags32());
        assertThrows(EngineException.class, () -> SeccompRules.action(SeccompAction.NOTIFY, null));
        assertThrows(EngineException.class, () -> SeccompRules.action(SeccompAction.ERRNO, 4096));
    }

    @Test
    void theSameProfileIsCompiledOnce() {
        IdentityOp.Seccomp first = SeccompCompiler.compile(profile(SeccompAction.ERRNO, List.of(allow("read"))), X86);
        assertSame(first, SeccompCompiler.compile(profile(SeccompAction.ERRNO, List.of(allow("read"))), X86));
    }

    @Test
    void aProfileTooLargeForTheKernelIsRefused() {
        List<LinuxSyscall> rules = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            rules.add(rule("socket", SeccompAction.ALLOW, arg(0, i, 0, SeccompOperator.EQ)));
        }
        EngineException e = assertThrows(
                EngineException.class, () -> SeccompCompiler.compile(profile(SeccompAction.ERRNO, rules), X86));
        assertTrue(e.message().contains("4096"), e.message());
    }

    private static void check(LinuxSeccomp profile, List<SyscallAbi> abis, Random random) {
        List<BpfInstruction> filter = SeccompCompiler.compile(profile, abis).filter();
        for (SyscallAbi abi : abis) {
            boolean narrow = abi == SyscallAbi.I386 || abi == SyscallAbi.ARM;
            Set<Integer> numbers = new HashSet<>();
            for (int n = 0; n < 1100; n++) {
                numbers.add(n | abi.bit());
                numbers.add(random.nextInt(1 << 30) | abi.bit());
            }
            for (int n = 0xf0000 - 2; n < 0xf0010; n++) {
                numbers.add(n | abi.bit());
            }
            for (int nr : numbers) {
                for (int sample = 0; sample < 4; sample++) {
                    long[] args = new long[6];
                    for (int i = 0; i < 6; i++) {
                        args[i] = narrow ? value(random) & 0xffffffffL : value(random);
                    }
                    int expected = naive(profile, abi, nr, args);
                    assertEquals(
                            expected,
                            Bpf.run(filter, nr, abi.audit(), args),
                            () -> abi + " " + nr + " " + Arrays.toString(args) + " in " + profile);
                }
            }
        }
    }

    /** The profile read top to bottom, without any tree. */
    private static int naive(LinuxSeccomp profile, SyscallAbi abi, int nr, long[] args) {
        if (abi != SyscallAbi.X86_64
                && abi != SyscallAbi.AARCH64
                && !profile.architectures().contains(abi.arch())) {
            return KILL_PROCESS;
        }
        int fallback = SeccompRules.action(profile.defaultAction(), profile.defaultErrnoRet());
        int newest = -1;
        @Nullable Integer unconditional = null;
        @Nullable Integer conditional = null;
        boolean named = false;
        for (LinuxSyscall rule : profile.syscalls()) {
            int action = SeccompRules.action(rule.action(), rule.errnoRet());
            for (String name : rule.names()) {
                OptionalInt number = SyscallTable.of(abi).number(name);
                if (number.isEmpty()) {
                    continue;
                }
                if (!abi.apart(number.getAsInt())) {
                    newest = Math.max(newest, number.getAsInt());
                }
                if (number.getAsInt() != nr || action == fallback) {
                    continue;
                }
                named = true;
                if (rule.args().isEmpty() && unconditional == null) {
                    unconditional = action;
                } else if (!rule.args().isEmpty() && conditional == null && holds(rule.args(), args)) {
                    conditional = action;
                }
            }
        }
        if (unconditional != null) {
            return unconditional;
        }
        if (conditional != null) {
            return conditional;
        }
        boolean lenient =
                profile.defaultAction() == SeccompAction.ALLOW || profile.defaultAction() == SeccompAction.LOG;
        return !named && !lenient && newest >= 0 && nr > newest && !abi.apart(nr) ? ENOSYS : fallback;
    }

    private static boolean holds(List<LinuxSeccompArg> conditions, long[] args) {
        boolean twice =
                conditions.stream().map(LinuxSeccompArg::index).distinct().count() < conditions.size();
        return twice
                ? conditions.stream().anyMatch(c -> holds(c, args[c.index()]))
                : conditions.stream().allMatch(c -> holds(c, args[c.index()]));
    }

    private static boolean holds(LinuxSeccompArg c, long arg) {
        int order = Long.compareUnsigned(arg, c.value());
        return switch (c.op()) {
            case EQ -> order == 0;
            case NE -> order != 0;
            case LT -> order < 0;
            case LE -> order <= 0;
            case GT -> order > 0;
            case GE -> order >= 0;
            case MASKED_EQ -> (arg & c.value()) == c.valueTwo();
        };
    }

    private static LinuxSeccomp randomProfile(Random random) {
        List<String> names = List.of(
                "read",
                "write",
                "openat",
                "clone",
                "clone3",
                "socket",
                "personality",
                "mseal",
                "futex_waitv",
                "set_tls",
                "cacheflush",
                "rt_sigaction",
                "execve",
                "mmap2",
                "close_range",
                "no_such_call",
                "removexattrat");
        SeccompAction[] actions = {
            SeccompAction.ALLOW, SeccompAction.ERRNO, SeccompAction.LOG, SeccompAction.TRAP, SeccompAction.KILL_PROCESS
        };
        List<SeccompOperator> operators = List.of(SeccompOperator.values());
        List<LinuxSyscall> rules = new ArrayList<>();
        for (int i = random.nextInt(30); i > 0; i--) {
            LinuxSeccompArg[] args = new LinuxSeccompArg[Math.max(0, random.nextInt(10) - 4)];
            for (int a = 0; a < args.length; a++) {
                SeccompOperator op = operators.get(random.nextInt(operators.size()));
                args[a] = arg(random.nextInt(10) == 0 ? 0 : a, value(random), value(random), op);
            }
            List<String> some =
                    names.stream().filter(n -> random.nextInt(5) == 0).toList();
            SeccompAction action = actions[random.nextInt(actions.length)];
            Integer errno = random.nextInt(4) == 0 ? random.nextInt(200) : null;
            rules.add(new LinuxSyscall(some, action, errno, List.of(args)));
        }
        List<SeccompArch> arches =
                ALL.stream().filter(a -> random.nextInt(4) != 0).toList();
        SeccompAction fallback = actions[random.nextInt(actions.length)];
        return new LinuxSeccomp(fallback, null, arches, List.of(), null, null, rules);
    }

    private static long value(Random random) {
        return random.nextInt(20) == 0 ? random.nextLong() : EDGES[random.nextInt(EDGES.length)];
    }

    private static LinuxSeccomp profile(SeccompAction action, List<LinuxSyscall> rules) {
        return new LinuxSeccomp(action, null, ALL, List.of(), null, null, rules);
    }

    private static LinuxSyscall allow(String name) {
        return rule(name, SeccompAction.ALLOW);
    }

    private static LinuxSyscall rule(String name, SeccompAction action, LinuxSeccompArg... args) {
        return new LinuxSyscall(List.of(name), action, null, List.of(args));
    }

    private static LinuxSeccompArg arg(int index, long value, long valueTwo, SeccompOperator op) {
        return new LinuxSeccompArg(index, value, valueTwo, op);
    }

    private static int run(List<BpfInstruction> filter, SyscallAbi abi, int nr) {
        return Bpf.run(filter, nr, abi.audit(), new long[6]);
    }
}
