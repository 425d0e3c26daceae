package dev.felucca.door;

import dev.felucca.api.KernelException;
import dev.felucca.door.internal.Mem;
import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;
import java.nio.charset.StandardCharsets;

/**
 * A file system being configured: fsopen(2), fsconfig(2), fsmount(2). On a failure the kernel's own words, which it puts
 * into the context's message log, stand in the exception's text. Not thread-safe. Most users want {@link FsBuilder}.
 */
public final class FsContext implements AutoCloseable {
    private static final int SET_FLAG = 0;
    private static final int SET_STRING = 1;
    private static final int SET_FD = 5;
    private static final int CMD_CREATE = 6;
    private static final int CLOEXEC = 1;

    private final Fd fd;
    private final String type;

    private FsContext(Fd fd, String type) {
        this.fd = fd;
        this.type = type;
    }

    /** A context for a file system type, such as {@code overlay}; ENODEV if the kernel does not have it. */
    public static FsContext open(String type) {
        try (Scratch s = Scratch.open()) {
            return new FsContext(Sys.fd("fsopen", type, Sys.raw(Nr.FSOPEN, s.string(type), CLOEXEC)), type);
        }
    }

    /** {@code key=value}; the kernel takes values of up to 255 characters. */
    public void set(String key, String value) {
        try (Scratch s = Scratch.open()) {
            long r = Sys.raw(Nr.FSCONFIG, fd.number(), SET_STRING, s.string(key), s.string(value), 0);
            check("fsconfig", key + "=" + value, r);
        }
    }

    /** An option without a value, such as {@code ro}. */
    public void flag(String key) {
        try (Scratch s = Scratch.open()) {
            check("fsconfig", key, Sys.raw(Nr.FSCONFIG, fd.number(), SET_FLAG, s.string(key), 0, 0));
        }
    }

    /** An option whose value is a descriptor; overlayfs takes its layers so since Linux 6.13. */
    public void set(String key, Fd value) {
        try (Scratch s = Scratch.open()) {
            long r = Sys.raw(Nr.FSCONFIG, fd.number(), SET_FD, s.string(key), 0, value.number());
            check("fsconfig", key + "=" + value.description(), r);
        }
    }

    /** Makes the file system. */
    public void create() {
        check("fsconfig create", "", Sys.raw(Nr.FSCONFIG, fd.number(), CMD_CREATE, 0, 0, 0));
    }

    /** A detached mount of what was made; MOUNT_ATTR_* flags. */
    public Fd mount(long attributes) {
        long r = Sys.raw(Nr.FSMOUNT, fd.number(), CLOEXEC, attributes);
        check("fsmount", "", r);
        return Fd.own((int) r, "detached " + type);
    }

    private void check(String call, String option, long r) {
        if (r < 0) {
            int errno = (int) -r;
            String log = log();
            String what = option.isEmpty() ? type : type + " " + option;
            throw new KernelException(
                    call, what, errno, Errno.describe(errno) + (log.isEmpty() ? "" : " (" + log + ")"));
        }
    }

    /** The messages that the kernel has for this context, joined; each read(2) gives one. */
    private String log() {
        StringBuilder all = new StringBuilder();
        try (Scratch s = Scratch.open()) {
            Mem m = s.alloc(1024);
            long n;
            while ((n = Sys.raw(Nr.READ, fd.number(), m.address(), 1024)) > 0) {
                String line = new String(m.get(0, (int) n), StandardCharsets.UTF_8).strip();
                all.append(all.isEmpty() ? "" : "; ").append(line.replaceFirst("^[ewi] ", ""));
            }
        }
        return all.toString();
    }

    @Override
    public void close() {
        fd.close();
    }
}
