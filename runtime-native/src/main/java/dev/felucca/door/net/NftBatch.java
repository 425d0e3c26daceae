package dev.felucca.door.net;

import dev.felucca.door.Netlink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Changes of one table of family {@code inet}, that the kernel makes all or none. Adding a table or a set that is there is no
 * error; deleting what is not there is one.
 */
public final class NftBatch {
    /** Where a base chain hangs (netfilter hooks of the inet family). */
    public enum Hook {
        PREROUTING(0),
        INPUT(1),
        FORWARD(2),
        OUTPUT(3),
        POSTROUTING(4);

        private final int number;

        Hook(int number) {
            this.number = number;
        }
    }

    private static final int NEWTABLE = 0;
    private static final int DELTABLE = 2;
    private static final int NEWCHAIN = 3;
    private static final int NEWRULE = 6;
    private static final int NEWSET = 9;
    private static final int NEWSETELEM = 12;
    private static final int DELSETELEM = 14;
    private static final int SET_INTERVAL = 4;
    private static final int SET_MAP = 8;
    private static final int SET_CONCAT = 0x80;
    private static final int RANGE_END = 1;
    private static final int CREATE = Netlink.NLM_F_CREATE;
    private static final int APPEND = 0x800;
    private static final byte NFPROTO_INET = 1;

    private final String table;
    private final List<Message> messages = new ArrayList<>();
    private int setId;

    record Message(String what, int type, int flags, ByteBuffer payload) {}

    public NftBatch(String table) {
        this.table = table;
    }

    private NftBatch add(String what, int type, int flags, Consumer<Payload> body) {
        Payload p = new Payload().header(NFPROTO_INET, (byte) 0, (byte) 0, (byte) 0);
        body.accept(p);
        messages.add(new Message(what, type, flags, p.done()));
        return this;
    }

    public NftBatch addTable() {
        return add(
                "add table " + table, NEWTABLE, CREATE, p -> p.string(1, table).be32(2, 0));
    }

    /** With all that is in it. */
    public NftBatch deleteTable() {
        return add("delete table " + table, DELTABLE, 0, p -> p.string(1, table));
    }

    /** A chain that others jump to. */
    public NftBatch addChain(String chain) {
        return add(
                "add chain " + chain, NEWCHAIN, CREATE, p -> p.string(1, table).string(3, chain));
    }

    /**
     * A chain at a hook, whose policy is to accept.
     *
     * @param type {@code filter} or {@code nat}
     * @param priority lower ones run first
     */
    public NftBatch addBaseChain(String chain, String type, Hook hook, int priority) {
        return add("add chain " + chain, NEWCHAIN, CREATE, p -> p.string(1, table)
                .string(3, chain)
                .nest(4, h -> h.be32(1, hook.number).be32(2, priority))
                .be32(5, 1)
                .string(7, type));
    }

    /** Adds a rule at the end of a chain. */
    public NftBatch addRule(String chain, List<NftExpression> expressions) {
        return add("add rule to " + chain, NEWRULE, CREATE | APPEND, p -> p.string(1, table)
                .string(2, chain)
                .nest(4, list -> expressions.forEach(e -> list.nest(1, e::write))));
    }

    public NftBatch addSet(NftSet s) {
        boolean map = !s.value().isEmpty();
        boolean concat = s.key().size() > 1;
        int id = ++setId;
        return add("add set " + s.name(), NEWSET, CREATE, p -> {
            p.string(1, table)
                    .string(2, s.name())
                    .be32(3, flags(s))
                    .be32(4, NftSet.type(s.key()))
                    .be32(5, NftSet.length(s.key()));
            if (map) {
                p.be32(6, NftSet.type(s.value())).be32(7, NftSet.length(s.value()));
            }
            if (concat) {
                p.nest(9, d -> d.nest(2, c -> s.key().forEach(f -> c.nest(1, e -> e.be32(1, f.padded())))));
            }
            p.be32(10, id);
        });
    }

    private static int flags(NftSet s) {
        return (s.value().isEmpty() ? 0 : SET_MAP)
                | (s.key().size() > 1 ? SET_CONCAT : 0)
                | (s.ranges() ? SET_INTERVAL : 0);
    }

    /** Adds a range to a set of ranges: from the first key to the one before {@code end}. */
    public NftBatch addRange(String set, byte[] first, byte[] end) {
        return range("add range to " + set, NEWSETELEM, CREATE, set, first, end);
    }

    /** ENOENT if it is not there. */
    public NftBatch deleteRange(String set, byte[] first, byte[] end) {
        return range("delete range of " + set, DELSETELEM, 0, set, first, end);
    }

    private NftBatch range(String what, int type, int flags, String set, byte[] first, byte[] end) {
        return add(what, type, flags, p -> p.string(1, table).string(2, set).nest(3, l -> l.nest(
                        1, e -> e.nest(1, k -> k.bytes(1, first)))
                .nest(1, e -> e.nest(1, k -> k.bytes(1, end)).be32(3, RANGE_END))));
    }

    /** Adds an element to a set. */
    public NftBatch addElement(String set, byte[] key) {
        return element("add element to " + set, NEWSETELEM, CREATE, set, e -> e.nest(1, k -> k.bytes(1, key)));
    }

    /** Adds an element to a map; EEXIST if the key has another value. */
    public NftBatch addElement(String map, byte[] key, byte[] value) {
        return element("add element to " + map, NEWSETELEM, CREATE, map, e -> e.nest(1, k -> k.bytes(1, key))
                .nest(2, v -> v.bytes(1, value)));
    }

    /** ENOENT if it is not there. */
    public NftBatch deleteElement(String set, byte[] key) {
        return element("delete element of " + set, DELSETELEM, 0, set, e -> e.nest(1, k -> k.bytes(1, key)));
    }

    private NftBatch element(String what, int type, int flags, String set, Consumer<Payload> element) {
        return add(what, type, flags, p -> p.string(1, table).string(2, set).nest(3, l -> l.nest(1, element)));
    }

    List<Message> messages() {
        return messages;
    }

    /** Concatenates fields into a key or value, each padded to four bytes. */
    public static byte[] concat(byte[]... fields) {
        int length = 0;
        for (byte[] f : fields) {
            length += (f.length + 3) & ~3;
        }
        ByteBuffer b = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
        int at = 0;
        for (byte[] f : fields) {
            b.position(at).put(f);
            at += (f.length + 3) & ~3;
        }
        return b.array();
    }
}
