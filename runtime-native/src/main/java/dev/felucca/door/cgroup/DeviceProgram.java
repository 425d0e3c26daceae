package dev.felucca.door.cgroup;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Compiles device rules to a BPF_PROG_TYPE_CGROUP_DEVICE program. As on v1, later rules override earlier ones; here that
 * is decided for each of mknod, read and write by itself. The program goes from the last rule to the first and keeps the
 * accesses that are still undecided: a deny rule that covers one of them refuses, an allow rule takes those that it covers
 * out, and nothing left grants. What no rule covers is granted, as in a v1 group without rules (the programs of the groups
 * above have their say too).
 *
 * <p>The context is {@code struct bpf_cgroup_dev_ctx}: {@code access_type} (access &lt;&lt; 16 | type), major, minor.
 */
final class DeviceProgram {
    private static final int R0 = 0;
    private static final int R1 = 1;
    private static final int TYPE = 2;
    private static final int ACCESS = 3;
    private static final int MAJOR = 4;
    private static final int MINOR = 5;
    private static final int SCRATCH = 6;

    // Opcodes of linux/bpf.h: class | operation | source.
    static final int LDX_W = 0x61;
    static final int MOV32_X = 0xbc;
    static final int MOV32_K = 0xb4;
    static final int AND32_K = 0x54;
    static final int RSH32_K = 0x74;
    static final int JNE32_K = 0x56;
    static final int JEQ32_K = 0x16;
    static final int EXIT = 0x95;

    private static final int BLOCK = 1;
    private static final int CHAR = 2;

    private final List<Long> code = new ArrayList<>();

    private DeviceProgram() {}

    static byte[] compile(List<DeviceRule> rules) {
        DeviceProgram p = new DeviceProgram();
        p.emit(LDX_W, TYPE, R1, 0, 0);
        p.emit(MOV32_X, ACCESS, TYPE, 0, 0);
        p.emit(AND32_K, TYPE, 0, 0, 0xFFFF);
        p.emit(RSH32_K, ACCESS, 0, 0, 16);
        p.emit(LDX_W, MAJOR, R1, 4, 0);
        p.emit(LDX_W, MINOR, R1, 8, 0);
        for (int i = rules.size() - 1; i >= 0; i--) {
            p.rule(rules.get(i));
            if (rules.get(i).total()) {
                // Nothing before it can matter.
                break;
            }
        }
        p.result(1);
        return p.bytes();
    }

    private void rule(DeviceRule r) {
        List<Long> body = new ArrayList<>();
        if (r.allow()) {
            body.add(instruction(AND32_K, ACCESS, 0, 0, DeviceRule.ALL & ~r.access()));
            body.add(instruction(JNE32_K, ACCESS, 0, 2, 0));
            body.add(instruction(MOV32_K, R0, 0, 0, 1));
            body.add(instruction(EXIT, 0, 0, 0, 0));
        } else {
            body.add(instruction(MOV32_X, SCRATCH, ACCESS, 0, 0));
            body.add(instruction(AND32_K, SCRATCH, 0, 0, r.access()));
            body.add(instruction(JEQ32_K, SCRATCH, 0, 2, 0));
            body.add(instruction(MOV32_K, R0, 0, 0, 0));
            body.add(instruction(EXIT, 0, 0, 0, 0));
        }
        List<int[]> tests = new ArrayList<>();
        if (r.type() != 'a') {
            tests.add(new int[] {TYPE, r.type() == 'b' ? BLOCK : CHAR});
        }
        if (r.major() != DeviceRule.ANY) {
            tests.add(new int[] {MAJOR, (int) r.major()});
        }
        if (r.minor() != DeviceRule.ANY) {
            tests.add(new int[] {MINOR, (int) r.minor()});
        }
        for (int i = 0; i < tests.size(); i++) {
            int skip = tests.size() - 1 - i + body.size();
            emit(JNE32_K, tests.get(i)[0], 0, skip, tests.get(i)[1]);
        }
        code.addAll(body);
    }

    private void result(int value) {
        emit(MOV32_K, R0, 0, 0, value);
        emit(EXIT, 0, 0, 0, 0);
    }

    private void emit(int opcode, int dst, int src, int offset, int immediate) {
        code.add(instruction(opcode, dst, src, offset, immediate));
    }

    /** {@code struct bpf_insn} on a little-endian machine: opcode, registers, offset, immediate. */
    private static long instruction(int opcode, int dst, int src, int offset, int immediate) {
        return opcode | (long) (src << 4 | dst) << 8 | (offset & 0xFFFFL) << 16 | (long) immediate << 32;
    }

    private byte[] bytes() {
        ByteBuffer b = ByteBuffer.allocate(code.size() * 8).order(ByteOrder.LITTLE_ENDIAN);
        code.forEach(b::putLong);
        return b.array();
    }
}
