package dev.felucca.door.layer;

import static dev.felucca.door.Descriptors.O_CREAT;
import static dev.felucca.door.Descriptors.O_DIRECTORY;
import static dev.felucca.door.Descriptors.O_EXCL;
import static dev.felucca.door.Descriptors.O_NOFOLLOW;
import static dev.felucca.door.Descriptors.O_RDONLY;
import static dev.felucca.door.Descriptors.O_WRONLY;

import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.Nodes;
import dev.felucca.door.Stat;
import dev.felucca.door.Xattrs;

/**
 * Overlayfs's marks as aufs's: a whiteout of {@code x} is an empty file {@code .wh.x}, an opaque directory has a file {@code
 * .wh..wh..opq} (aufs(5), "WHITEOUT"). They are the names of the archive format, which has them from aufs.
 */
final class AufsWhiteouts {
    /** What aufs gives its own. */
    private static final int MODE = 0444;

    private AufsWhiteouts() {}

    /** Converts a layer's directory and all below it. */
    static void convert(Fd dir) {
        if (Xattrs.fget(dir, Whiteouts.OVERLAY_OPAQUE).isPresent()) {
            Xattrs.fremove(dir, Whiteouts.OVERLAY_OPAQUE);
            mark(dir, Whiteouts.OPAQUE);
        }
        for (Directories.Entry e : Directories.list(dir)) {
            Stat st = Stat.of(dir, e.name(), Nodes.AT_SYMLINK_NOFOLLOW);
            if (Whiteouts.isWhiteout(st)) {
                Nodes.unlinkat(dir, e.name(), 0);
                mark(dir, Whiteouts.PREFIX + e.name());
            } else if (st.isDirectory()) {
                try (Fd child = Descriptors.openat(dir, e.name(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0)) {
                    convert(child);
                }
            }
        }
    }

    private static void mark(Fd dir, String name) {
        Descriptors.openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, MODE)
                .close();
    }
}
