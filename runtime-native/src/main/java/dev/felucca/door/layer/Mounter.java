package dev.felucca.door.layer;

import dev.felucca.api.EngineException;
import dev.felucca.api.storage.MountSpec;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.FsBuilder;
import dev.felucca.door.FsBuilder.LowerdirPlus;
import dev.felucca.door.Mounts;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import dev.felucca.door.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Makes what a storage driver emits into a detached mount: a descriptor of a tree that is in no mount namespace. Nothing is
 * ever attached where others see it.
 *
 * <p>Overlay. Since Linux 6.7 layers are given one by one ({@code lowerdir+}). Before, all options go through mount(2) in
 * one page, so each directory is opened and named by its number in a thread whose working directory is {@code
 * /proc/thread-self/fd}, within a mount namespace of its own that ends with it; the detached clone remains. That takes
 * any path, and as many layers as the kernel does (500).
 */
public final class Mounter {
    /** fsconfig(2) refuses longer strings. */
    private static final int STRING_MAX = 255;

    private static final int PAGE = 4096;

    private static volatile @Nullable LowerdirPlus probed;

    private final @Nullable LowerdirPlus forced;

    public Mounter() {
        this(null);
    }

    private Mounter(@Nullable LowerdirPlus forced) {
        this.forced = forced;
    }

    /** Mounts as a kernel with only this would, for tests. */
    public static Mounter as(LowerdirPlus kernel) {
        return new Mounter(kernel);
    }

    /**
     * Mounts the specs.
     *
     * @param specs as {@link dev.felucca.api.storage.StorageDriver#rootfs} gives them. More than one is for mounts that need
     *     earlier ones to be attached first; no driver of ours emits that, and it is UNSUPPORTED.
     * @return the detached mount of the last
     */
    public Fd mount(List<MountSpec> specs) {
        if (specs.size() != 1) {
            throw EngineException.unsupported("a root file system of " + specs.size() + " mounts is not supported");
        }
        return mount(specs.get(0));
    }

    public Fd mount(MountSpec spec) {
        return switch (spec.type()) {
            case "bind" -> bind(spec);
            case "overlay" -> overlay(spec);
            case "aufs" -> AufsMount.mount(spec);
            default -> plain(spec);
        };
    }

    private static Fd bind(MountSpec spec) {
        if (!spec.options().isEmpty()) {
            throw EngineException.invalid("a bind mount takes no options, but has " + spec.options());
        }
        Fd tree = Mounts.openTree(Fd.CWD, spec.source(), Mounts.OPEN_TREE_CLONE);
        try {
            // A clone of a shared mount would be its peer.
            Mounts.setAttributes(
                    tree,
                    "",
                    Nodes.AT_EMPTY_PATH,
                    spec.readOnly() ? Mounts.MOUNT_ATTR_RDONLY : 0,
                    0,
                    Mounts.MS_PRIVATE,
                    null);
            return tree;
        } catch (RuntimeException e) {
            tree.close();
            throw e;
        }
    }

    private static Fd plain(MountSpec spec) {
        FsBuilder b = FsBuilder.of(spec.type()).attributes(spec.readOnly() ? Mounts.MOUNT_ATTR_RDONLY : 0);
        if (!spec.source().isEmpty()) {
            b.option("source", spec.source());
        }
        for (MountSpec.Option o : spec.options()) {
            String value = o.value();
            if (value == null) {
                b.flag(o.key());
            } else {
                b.option(o.key(), value);
            }
        }
        return b.mount();
    }

    private Fd overlay(MountSpec spec) {
        LowerdirPlus kernel = kernel();
        List<Fd> opened = new ArrayList<>();
        try {
            if (kernel == LowerdirPlus.NONE) {
                return Namespaces.inThread("felucca-overlay", oldWay(spec, opened));
            }
            FsBuilder b = FsBuilder.of("overlay").attributes(spec.readOnly() ? Mounts.MOUNT_ATTR_RDONLY : 0);
            b.option("source", spec.source());
            for (MountSpec.Option o : spec.options()) {
                option(b, o, kernel, opened);
            }
            return b.mount();
        } finally {
            opened.forEach(Fd::close);
        }
    }

    private static void option(FsBuilder b, MountSpec.Option o, LowerdirPlus kernel, List<Fd> opened) {
        String value = o.value();
        if (value == null) {
            b.flag(o.key());
        } else if (!isDirectory(o) || isPlain(o, value)) {
            b.option(o.key(), value);
        } else {
            Fd dir = Descriptors.open(value, Descriptors.O_PATH | Descriptors.O_DIRECTORY);
            opened.add(dir);
            if (kernel == LowerdirPlus.DESCRIPTOR) {
                b.option(o.key(), dir);
            } else {
                b.option(o.key(), dir.procPath());
            }
        }
    }

    /** upperdir and workdir are unescaped by the kernel, lowerdir+ is not. */
    private static boolean isPlain(MountSpec.Option o, String value) {
        return value.length() <= STRING_MAX && ("lowerdir+".equals(o.key()) || value.indexOf('\\') < 0);
    }

    private static boolean isDirectory(MountSpec.Option o) {
        return switch (o.key()) {
            case "lowerdir+", "upperdir", "workdir" -> true;
            default -> false;
        };
    }

    private LowerdirPlus kernel() {
        if (forced != null) {
            return forced;
        }
        LowerdirPlus p = probed;
        if (p == null) {
            p = FsBuilder.probeLowerdirPlus();
            probed = p;
        }
        return p;
    }

    private static Callable<Fd> oldWay(MountSpec spec, List<Fd> opened) {
        return () -> {
            // First of all: overlayfs takes no directory that was opened in another mount namespace.
            Namespaces.unshare(Namespaces.CLONE_FS | NamespaceType.MOUNT.flag());
            Mounts.mount(null, "/", null, Mounts.MS_REC | Mounts.MS_PRIVATE, null);
            StringBuilder lower = new StringBuilder();
            StringBuilder options = new StringBuilder();
            String place = "/";
            for (MountSpec.Option o : spec.options()) {
                String value = o.value();
                if (value != null && isDirectory(o)) {
                    Fd dir = Descriptors.open(value, Descriptors.O_PATH | Descriptors.O_DIRECTORY);
                    opened.add(dir);
                    if ("lowerdir+".equals(o.key())) {
                        lower.append(lower.isEmpty() ? "" : ":").append(dir.number());
                    } else {
                        options.append(',').append(o.key()).append('=').append(dir.number());
                    }
                    place = value;
                } else {
                    options.append(',').append(o.key()).append(value == null ? "" : "=" + value);
                }
            }
            String all = "lowerdir=" + lower + options;
            if (all.length() >= PAGE) {
                throw EngineException.unsupported("an overlay of " + opened.size()
                        + " directories is more than mount(2) takes on this kernel; Linux 6.7 has no such limit");
            }
            try (Fd numbers = Descriptors.open("/proc/thread-self/fd", Descriptors.O_PATH | Descriptors.O_DIRECTORY)) {
                Descriptors.fchdir(numbers);
            }
            Mounts.mount(spec.source(), place, "overlay", spec.readOnly() ? Mounts.MS_RDONLY : 0, all);
            // The namespace's end takes the attached mount; the clone stays.
            return Mounts.openTree(Fd.CWD, place, Mounts.OPEN_TREE_CLONE).describedAs("detached overlay");
        };
    }
}
