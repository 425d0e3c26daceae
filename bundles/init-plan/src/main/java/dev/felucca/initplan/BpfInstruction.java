package dev.felucca.initplan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * One instruction of classic BPF, {@code struct sock_filter} (seccomp(2), linux/filter.h).
 *
 * @param code operation, 16 bits
 * @param jt how many instructions a jump that holds passes over, 0 to 255
 * @param jf the same for one that does not hold
 * @param k operand, 32 bits
 */
public record BpfInstruction(int code, int jt, int jf, int k) {
    private static final int SIZE = 8;

    public BpfInstruction {
        if ((code & ~0xffff) != 0 || (jt & ~0xff) != 0 || (jf & ~0xff) != 0) {
            throw new IllegalArgumentException("not a BPF instruction: " + code + " " + jt + " " + jf);
        }
    }

    static byte[] encode(List<BpfInstruction> filter) {
        ByteBuffer out = ByteBuffer.allocate(filter.size() * SIZE).order(ByteOrder.LITTLE_ENDIAN);
        for (BpfInstruction i : filter) {
            out.putShort((short) i.code).put((byte) i.jt).put((byte) i.jf).putInt(i.k);
        }
        return out.array();
    }

    static List<BpfInstruction> decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        List<BpfInstruction> filter = new ArrayList<>();
        while (in.hasRemaining()) {
            filter.add(new BpfInstruction(
                    Short.toUnsignedInt(in.getShort()),
                    Byte.toUnsignedInt(in.get()),
                    Byte.toUnsignedInt(in.get()),
                    in.getInt()));
        }
        return filter;
    }
}
