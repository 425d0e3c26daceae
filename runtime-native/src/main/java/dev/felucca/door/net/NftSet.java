package dev.felucca.door.net;

import java.util.List;

/**
 * A set or map of nf_tables. A key or value of several fields is their concatenation, each padded to four bytes.
 *
 * @param value empty for a set
 * @param ranges whether its elements are ranges of keys
 */
public record NftSet(String name, List<Field> key, List<Field> value, boolean ranges) {
    public NftSet {
        key = List.copyOf(key);
        value = List.copyOf(value);
    }

    /** Of single keys. */
    public NftSet(String name, List<Field> key, List<Field> value) {
        this(name, key, value, false);
    }

    /** Types of fields, numbered as nft(8) numbers them, so that it can list what it did not make. */
    public enum Field {
        IPV4_ADDRESS(7, 4),
        IPV6_ADDRESS(8, 16),
        INET_PROTOCOL(12, 1),
        INET_SERVICE(13, 2),
        DEVICE_NAME(41, 16);

        private final int type;
        private final int length;

        Field(int type, int length) {
            this.type = type;
            this.length = length;
        }

        int padded() {
            return (length + 3) & ~3;
        }
    }

    static int type(List<Field> fields) {
        int type = 0;
        for (Field f : fields) {
            type = type << 6 | f.type;
        }
        return type;
    }

    static int length(List<Field> fields) {
        return fields.size() == 1
                ? fields.get(0).length
                : fields.stream().mapToInt(Field::padded).sum();
    }
}
