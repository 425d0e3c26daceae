package dev.felucca.door.internal;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Memory for the arguments of one system call: a frame on a stack of 16 KiB that each thread has, given back by {@link
 * #close}. What does not fit is allocated apart. Frames nest; a frame belongs to the thread that opened it.
 */
public final class Scratch implements AutoCloseable {
    private static final int SIZE = 16 * 1024;
    private static final int TRANSFER = 64 * 1024;
    private static final ThreadLocal<Stack> STACK = ThreadLocal.withInitial(Stack::new);

    /** A thread's memory; freed by the collector after the thread's end. */
    private static final class Stack {
        final ByteBuffer memory = direct(SIZE);
        final long address = addressOf(memory);
        int top;

        @Nullable
        ByteBuffer transfer;
    }

    private final Stack stack;
    private final int base;
    private final List<ByteBuffer> large = new ArrayList<>(0);

    private Scratch(Stack stack) {
        this.stack = stack;
        this.base = stack.top;
    }

    public static Scratch open() {
        return new Scratch(STACK.get());
    }

    /** Zeroed memory, aligned for any type. */
    public Mem alloc(int size) {
        int at = (stack.top + 15) & ~15;
        if (size < 0 || at + size > SIZE) {
            ByteBuffer own = direct(Math.max(size, 1));
            large.add(own);
            return new Mem(own, 0, size, addressOf(own));
        }
        stack.top = at + size;
        // Whole words: the stack's size is a multiple of 8 too.
        for (int i = at; i < at + size; i += 8) {
            stack.memory.putLong(i, 0);
        }
        return new Mem(stack.memory, at, size, stack.address + at);
    }

    /** The address of a NUL-terminated copy. */
    public long string(String s) {
        byte[] bytes = CStrings.encode(s);
        Mem m = alloc(bytes.length + 1);
        m.put(0, bytes);
        return m.address();
    }

    /** As {@link #string}, and 0 (NULL) for null. */
    public long stringOrNull(@Nullable String s) {
        return s == null ? 0 : string(s);
    }

    public Mem bytes(byte[] bytes) {
        Mem m = alloc(bytes.length);
        m.put(0, bytes);
        return m;
    }

    /** The address of a NULL-terminated array of strings. */
    public long strings(List<String> strings) {
        Mem array = alloc((strings.size() + 1) * 8);
        for (int i = 0; i < strings.size(); i++) {
            array.putLong(i * 8, string(strings.get(i)));
        }
        return array.address();
    }

    /** This thread's 64 KiB buffer for data on its way from or to the Java heap, cleared; one user at a time. */
    public static ByteBuffer transfer() {
        Stack s = STACK.get();
        ByteBuffer b = s.transfer;
        if (b == null) {
            b = direct(TRANSFER);
            s.transfer = b;
        }
        return b.clear();
    }

    /** Zeroed memory for a large argument that is in use for one call only: {@link #transfer} where it fits. */
    public Mem large(int size) {
        if (size > TRANSFER) {
            return alloc(size);
        }
        ByteBuffer b = transfer();
        return new Mem(b, 0, size, addressOf(b));
    }

    public static ByteBuffer direct(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    }

    /** Where a direct buffer begins; the caller keeps it reachable while the address is in use. */
    public static long addressOf(ByteBuffer direct) {
        return MemoryIO.getInstance().getDirectBufferAddress(direct);
    }

    @Override
    public void close() {
        stack.top = base;
        large.clear();
    }
}
