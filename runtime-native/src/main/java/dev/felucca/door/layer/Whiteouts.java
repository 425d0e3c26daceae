package dev.felucca.door.layer;

import dev.felucca.door.Fd;
import dev.felucca.door.Nodes;
import dev.felucca.door.Stat;
import dev.felucca.door.Xattrs;
import java.nio.charset.StandardCharsets;

/** How a layer's whiteouts (OCI image spec, layer.md) are laid down in a directory. */
public enum Whiteouts {
    /**
     * As overlayfs reads them: a whiteout is a character device 0:0, an opaque directory has {@code
     * trusted.overlay.opaque=y}. For a directory that holds one layer only.
     */
    OVERLAY,
    /**
     * As aufs reads them: a whiteout of {@code x} is a file {@code .wh.x}, an opaque directory has {@code .wh..wh..opq}. For a
     * directory that holds one layer only.
     */
    AUFS,
    /** What is whited out is removed. For a directory that holds the layers below already. */
    PLAIN;

    static final String OVERLAY_OPAQUE = "trusted.overlay.opaque";
    static final String PREFIX = ".wh.";
    static final String META = ".wh..wh.";
    static final String OPAQUE = ".wh..wh..opq";

    /** Whether the directory holds one layer only. */
    boolean single() {
        return this != PLAIN;
    }

    /** The inverse of {@link #OVERLAY}: whether this is how overlayfs marks something as deleted. */
    public static boolean isWhiteout(Stat st) {
        return st.type() == Stat.S_IFCHR && st.rdev() == 0;
    }

    static void make(Fd dir, String name) {
        Nodes.mknodat(dir, name, Stat.S_IFCHR, 0);
    }

    static void makeOpaque(Fd dir) {
        Xattrs.fset(dir, OVERLAY_OPAQUE, "y".getBytes(StandardCharsets.US_ASCII), 0);
    }
}
