package dev.felucca.door.layer;

import dev.felucca.api.EngineException;
import dev.felucca.door.internal.CStrings;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The extended header of one entry (pax(1), "pax Header Block"): {@code LENGTH KEY=VALUE\n} records, values as bytes. The
 * structure was checked by the tar reader before.
 */
final class PaxRecords {
    private static final int TYPE = 156;
    private static final int SIZE = 124;

    private PaxRecords() {}

    /** Records of the extended header ('x') among the raw records that precede an entry; empty if there is none. */
    static Map<String, byte[]> find(byte[] raw) {
        int at = 0;
        while (at + RecordTap.RECORD <= raw.length) {
            byte type = raw[at + TYPE];
            if (type != 'x' && type != 'X' && type != 'L' && type != 'K' && type != 'g') {
                return Map.of();
            }
            int size = size(raw, at + SIZE);
            int data = at + RecordTap.RECORD;
            if (type == 'x' || type == 'X') {
                return parse(raw, data, Math.min(data + size, raw.length));
            }
            at = data + (size + RecordTap.RECORD - 1) / RecordTap.RECORD * RecordTap.RECORD;
        }
        return Map.of();
    }

    private static int size(byte[] raw, int at) {
        int n = 0;
        for (int i = at; i < at + 12; i++) {
            if (raw[i] >= '0' && raw[i] <= '7') {
                n = n * 8 + raw[i] - '0';
            }
        }
        if (n < 0) {
            throw EngineException.invalid("an extended header has an impossible size");
        }
        return n;
    }

    private static Map<String, byte[]> parse(byte[] raw, int from, int to) {
        Map<String, byte[]> all = new HashMap<>();
        int at = from;
        while (at < to) {
            int digits = at;
            int length = 0;
            while (digits < to && raw[digits] >= '0' && raw[digits] <= '9' && length < to) {
                length = length * 10 + raw[digits++] - '0';
            }
            int end = at + length;
            if (digits >= to || raw[digits] != ' ' || end > to || end <= digits + 1 || raw[end - 1] != '\n') {
                throw EngineException.invalid("an extended header is malformed");
            }
            int equals = digits + 1;
            while (equals < end && raw[equals] != '=') {
                equals++;
            }
            if (equals == end) {
                throw EngineException.invalid("an extended header has a record without a value");
            }
            String key = CStrings.decode(Arrays.copyOfRange(raw, digits + 1, equals));
            all.put(key, Arrays.copyOfRange(raw, equals + 1, end - 1));
            at = end;
        }
        return all;
    }

    /** The body of an extended header with these records. */
    static byte[] write(Map<String, byte[]> records) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        records.forEach((key, value) -> {
            byte[] name = CStrings.encode(key);
            // the length counts its own digits
            int rest = name.length + value.length + 3;
            int length = rest + Integer.toString(rest).length();
            length = rest + Integer.toString(length).length();
            out.writeBytes((length + " ").getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(name);
            out.write('=');
            out.writeBytes(value);
            out.write('\n');
        });
        return out.toByteArray();
    }
}
