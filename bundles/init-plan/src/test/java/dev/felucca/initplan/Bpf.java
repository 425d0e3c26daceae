package dev.felucca.initplan;

import java.util.List;

/** An interpreter of classic BPF as seccomp uses it: the reference for what a filter decides. */
final class Bpf {
    private Bpf() {}

    /** @return SECCOMP_RET_* for that call */
    static int run(List<BpfInstruction> program, int nr, int arch, long[] args) {
        int a = 0;
        for (int pc = 0; pc < program.size(); pc++) {
            BpfInstruction i = program.get(pc);
            switch (i.code()) {
                case 0x20 -> a = data(i.k(), nr, arch, args);
                case 0x54 -> a &= i.k();
                case 0x05 -> pc += i.k();
                case 0x15 -> pc += a == i.k() ? i.jt() : i.jf();
                case 0x25 -> pc += Integer.compareUnsigned(a, i.k()) > 0 ? i.jt() : i.jf();
                case 0x35 -> pc += Integer.compareUnsigned(a, i.k()) >= 0 ? i.jt() : i.jf();
                case 0x06 -> {
                    return i.k();
                }
                default -> throw new IllegalStateException("no such instruction: " + i);
            }
        }
        throw new IllegalStateException("the program runs over its end");
    }

    private static int data(int offset, int nr, int arch, long[] args) {
        if (offset == 0) {
            return nr;
        }
        if (offset == 4) {
            return arch;
        }
        long arg = args[(offset - 16) / 8];
        return offset % 8 == 0 ? (int) arg : (int) (arg >>> 32);
    }
}
