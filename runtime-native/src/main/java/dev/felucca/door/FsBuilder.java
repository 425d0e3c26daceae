package dev.felucca.door;

import dev.felucca.api.KernelException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Builds a detached mount of a new file system. Options are applied in the order given.
 *
 * <pre>{@code
 * try (Fd mnt = FsBuilder.of("tmpfs").option("size", "64k").option("mode", "755").attributes(MOUNT_ATTR_NODEV).mount()) {
 *     Mounts.attach(mnt, "/run/x");
 * }
 * }</pre>
 */
public final class FsBuilder {
    /** How this kernel's overlayfs takes layers one by one (trap: {@code lowerdir} in one string ends at 255 characters). */
    public enum LowerdirPlus {
        /** Not at all: before Linux 6.7. */
        NONE,
        /** {@code lowerdir+} with a path: Linux 6.7. */
        PATH,
        /** {@code lowerdir+} with a path or a descriptor: Linux 6.13. */
        DESCRIPTOR
    }

    private final String type;
    private final List<Consumer<FsContext>> options = new ArrayList<>();
    private long attributes;

    private FsBuilder(String type) {
        this.type = type;
    }

    public static FsBuilder of(String type) {
        return new FsBuilder(type);
    }

    public FsBuilder option(String key, String value) {
        options.add(c -> c.set(key, value));
        return this;
    }

    public FsBuilder flag(String key) {
        options.add(c -> c.flag(key));
        return this;
    }

    /** The descriptor must stay open until {@link #mount} returns. */
    public FsBuilder option(String key, Fd value) {
        options.add(c -> c.set(key, value));
        return this;
    }

    /** MOUNT_ATTR_* flags of {@link Mounts}. */
    public FsBuilder attributes(long flags) {
        attributes = flags;
        return this;
    }

    /** Makes the file system and its detached mount. */
    public Fd mount() {
        try (FsContext c = FsContext.open(type)) {
            for (Consumer<FsContext> o : options) {
                o.accept(c);
            }
            c.create();
            return c.mount(attributes);
        }
    }

    /** Asks the kernel, without mounting; ENODEV if it has no overlayfs at all. */
    public static LowerdirPlus probeLowerdirPlus() {
        try (Fd root = Descriptors.open("/", Descriptors.O_PATH)) {
            if (takes(c -> c.set("lowerdir+", root))) {
                return LowerdirPlus.DESCRIPTOR;
            }
            return takes(c -> c.set("lowerdir+", "/")) ? LowerdirPlus.PATH : LowerdirPlus.NONE;
        }
    }

    private static boolean takes(Consumer<FsContext> option) {
        try (FsContext c = FsContext.open("overlay")) {
            option.accept(c);
            return true;
        } catch (KernelException e) {
            if (e.errno() == Errno.EINVAL) {
                return false;
            }
            throw e;
        }
    }
}
