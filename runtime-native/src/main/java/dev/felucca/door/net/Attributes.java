package dev.felucca.door.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The attributes of a netlink answer by type; of two of one type the last counts. */
final class Attributes {
    private static final int TYPE_MASK = 0x3FFF;

    private final Map<Integer, byte[]> byType = new HashMap<>();

    /** @param from where they begin in the payload */
    static Attributes of(ByteBuffer payload, int from) {
        Attributes a = new Attributes();
        int at = from;
        while (at + 4 <= payload.limit()) {
            int length = payload.getShort(at) & 0xFFFF;
            if (length < 4 || at + length > payload.limit()) {
                break;
            }
            byte[] value = new byte[length - 4];
            payload.get(at + 4, value);
            a.byType.put(payload.getShort(at + 2) & TYPE_MASK, value);
            at += (length + 3) & ~3;
        }
        return a;
    }

    Optional<byte[]> bytes(int type) {
        return Optional.ofNullable(byType.get(type));
    }

    /** A number in the machine's order; 0 if it is not there. */
    int u32(int type) {
        byte[] v = byType.get(type);
        return v == null || v.length < 4
                ? 0
                : ByteBuffer.wrap(v).order(ByteOrder.nativeOrder()).getInt();
    }

    /** Empty if it is not there. */
    String string(int type) {
        byte[] v = byType.getOrDefault(type, new byte[0]);
        int end = 0;
        while (end < v.length && v[end] != 0) {
            end++;
        }
        return new String(v, 0, end, StandardCharsets.UTF_8);
    }

    Attributes nested(int type) {
        byte[] v = byType.getOrDefault(type, new byte[0]);
        return of(ByteBuffer.wrap(v).order(ByteOrder.nativeOrder()), 0);
    }
}
