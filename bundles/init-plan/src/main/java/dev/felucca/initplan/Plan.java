package dev.felucca.initplan;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An init plan: what felucca-init does, in order. What stands before {@link ProcessOp.Clone} is done by the bootstrap process,
 * the rest by the container's first process. A plan is a value; its encoding is specified in {@code PROTOCOL.md}.
 */
public record Plan(List<Op> ops) {
    /** "FPLN" in memory. */
    static final int MAGIC = 0x4e4c_5046;

    /** Version of the encoding; init refuses any other. */
    static final int VERSION = 1;

    /** Size of the header: magic, version, flags, length, number of operations. */
    static final int HEADER = 16;

    /** How many operations a plan can have. */
    public static final int MAX_OPS = 4096;

    /** How long an encoded plan can be, in bytes. */
    public static final int MAX_BYTES = 8 << 20;

    public Plan {
        ops = List.copyOf(ops);
        if (ops.size() > MAX_OPS) {
            throw new IllegalArgumentException("a plan has at most " + MAX_OPS + " operations, not " + ops.size());
        }
    }

    /** The bytes that the sealed memfd holds. */
    public byte[] encode() {
        PlanWriter out = new PlanWriter();
        out.u32(MAGIC).u16(VERSION).u16(0).u32(0).u32(ops.size());
        for (Op op : ops) {
            out.u16(op.code().number()).u16(op.flags());
            int length = out.position();
            out.u32(0);
            op.encode(out);
            out.putU32(length, out.position() - length - 4);
        }
        if (out.position() > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a plan of " + out.position() + " bytes is over the limit of " + MAX_BYTES);
        }
        out.putU32(8, out.position());
        return out.toBytes();
    }

    /** @throws IllegalArgumentException if the bytes are no plan of this version */
    public static Plan decode(byte[] bytes) {
        return PlanReader.read(bytes);
    }

    /** One numbered line for each operation. */
    public String words() {
        return IntStream.range(0, ops.size())
                .mapToObj(i -> i + "  " + ops.get(i).words())
                .collect(Collectors.joining("\n"));
    }
}
