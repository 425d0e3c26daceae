package dev.felucca.door.layer;

import dev.felucca.door.Fd;
import dev.felucca.door.internal.CStrings;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Lists directories by descriptor: getdents64(2). */
public final class Directories {
    /** d_type of a directory. */
    public static final int DT_DIR = 4;
    /** The file system does not tell the type. */
    public static final int DT_UNKNOWN = 0;

    private static final int BUFFER = 64 * 1024;
    private static final ThreadLocal<ByteBuffer> MEMORY = ThreadLocal.withInitial(() -> Scratch.direct(BUFFER));

    private Directories() {}

    /** @param type DT_* of readdir(3) */
    public record Entry(String name, int type) {}

    /** All entries but {@code .} and {@code ..}, from where the descriptor stands to the end. */
    public static List<Entry> list(Fd dir) {
        List<Entry> all = new ArrayList<>();
        ByteBuffer b = MEMORY.get();
        long address = Scratch.addressOf(b);
        while (true) {
            int n = (int) Sys.check("getdents64", dir, Sys.raw(Calls.GETDENTS64, dir.number(), address, BUFFER));
            if (n == 0) {
                return all;
            }
            for (int at = 0; at < n; at += b.getShort(at + 16) & 0xFFFF) {
                String name = name(b, at + 19);
                if (!".".equals(name) && !"..".equals(name)) {
                    all.add(new Entry(name, b.get(at + 18)));
                }
            }
        }
    }

    private static String name(ByteBuffer b, int at) {
        int end = at;
        while (b.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end - at];
        b.get(at, bytes);
        return CStrings.decode(bytes);
    }
}
