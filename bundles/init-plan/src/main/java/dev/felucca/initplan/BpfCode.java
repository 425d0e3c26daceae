package dev.felucca.initplan;

import dev.felucca.api.spec.LinuxSeccompArg;
import java.util.ArrayList;
import java.util.List;

/**
 * Pieces of classic BPF, built from the end to the start, so that every jump goes forward over code whose length is known.
 * Conditional jumps reach 255 instructions; a longer way takes a detour over an unconditional one.
 */
final class BpfCode {
    static final int LOAD = 0x20;
    static final int JUMP = 0x05;
    static final int JEQ = 0x15;
    static final int JGT = 0x25;
    static final int JGE = 0x35;
    static final int AND = 0x54;
    static final int RETURN = 0x06;
    /** Offsets in struct seccomp_data. */
    static final int NR = 0;

    static final int ARCH = 4;
    private static final int ARGS = 16;
    private static final int REACH = 255;

    private BpfCode() {}

    static List<BpfInstruction> ret(int value) {
        return List.of(new BpfInstruction(RETURN, 0, 0, value));
    }

    static BpfInstruction load(int offset) {
        return new BpfInstruction(LOAD, 0, 0, offset);
    }

    /** {@code if (A op k) then yes else no}; both parts must end in a return. */
    static List<BpfInstruction> branch(int op, int k, List<BpfInstruction> yes, List<BpfInstruction> no) {
        List<BpfInstruction> code = new ArrayList<>(yes.size() + no.size() + 2);
        if (no.size() <= REACH) {
            code.add(new BpfInstruction(op, no.size(), 0, k));
        } else {
            code.add(new BpfInstruction(op, 0, 1, k));
            code.add(new BpfInstruction(JUMP, 0, 0, no.size()));
        }
        code.addAll(no);
        code.addAll(yes);
        return code;
    }

    /** A rule: {@code action} if all conditions hold, else the code that follows; that is not copied. */
    static List<BpfInstruction> rule(SeccompRules.Conditional rule) {
        List<BpfInstruction> code = new ArrayList<>(ret(rule.action()));
        for (int i = rule.args().size() - 1; i >= 0; i--) {
            code = condition(rule.args().get(i), code);
        }
        return code;
    }

    /**
     * A condition before the code that runs if it holds; otherwise that code is jumped over. Compared unsigned with 64 bits in
     * two halves; on a 32-bit ABI the kernel hands over a high half of 0. At most 42 instructions for six conditions, so jumps
     * never need a detour.
     */
    private static List<BpfInstruction> condition(LinuxSeccompArg arg, List<BpfInstruction> body) {
        int high = (int) (arg.value() >>> 32);
        int low = (int) arg.value();
        int n = body.size();
        BpfInstruction loadLow = load(ARGS + 8 * arg.index());
        BpfInstruction loadHigh = load(ARGS + 8 * arg.index() + 4);
        List<BpfInstruction> head =
                switch (arg.op()) {
                    case EQ -> List.of(loadHigh, jump(JEQ, high, 0, n + 2), loadLow, jump(JEQ, low, 0, n));
                    case NE -> List.of(loadHigh, jump(JEQ, high, 0, 2), loadLow, jump(JEQ, low, n, 0));
                    case GT -> ordered(JGT, high, low, loadHigh, loadLow, 0, n);
                    case GE -> ordered(JGE, high, low, loadHigh, loadLow, 0, n);
                    case LE -> ordered(JGT, high, low, loadHigh, loadLow, n, 0);
                    case LT -> ordered(JGE, high, low, loadHigh, loadLow, n, 0);
                    case MASKED_EQ ->
                        List.of(
                                loadHigh,
                                new BpfInstruction(AND, 0, 0, high),
                                jump(JEQ, (int) (arg.valueTwo() >>> 32), 0, n + 3),
                                loadLow,
                                new BpfInstruction(AND, 0, 0, low),
                                jump(JEQ, (int) arg.valueTwo(), 0, n));
                };
        List<BpfInstruction> code = new ArrayList<>(head);
        code.addAll(body);
        return code;
    }

    /** If the high halves differ they decide, else the low ones by {@code op}. The ways out are counted from the end of the head. */
    private static List<BpfInstruction> ordered(
            int op, int high, int low, BpfInstruction loadHigh, BpfInstruction loadLow, int greater, int notGreater) {
        return List.of(
                loadHigh,
                jump(JGT, high, greater + 3, 0),
                jump(JEQ, high, 0, notGreater + 2),
                loadLow,
                jump(op, low, greater, notGreater));
    }

    private static BpfInstruction jump(int op, int k, int yes, int no) {
        return new BpfInstruction(op, yes, no, k);
    }
}
