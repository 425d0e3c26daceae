package dev.felucca.initplan;

import dev.felucca.api.EngineException;
import org.jspecify.annotations.Nullable;

/**
 * {@code linux.rootfsPropagation}: what the mounts of the new namespace become before anything is attached, and what the root
 * becomes after the pivot (pivot_root(2) does not take a shared one).
 *
 * @param before MS_PRIVATE or MS_SLAVE
 * @param after a propagation bit, or 0
 */
record RootPropagation(int before, int after) {
    static RootPropagation of(@Nullable String name) {
        return switch (name == null ? "" : name) {
            case "", "private", "rprivate" -> new RootPropagation(MountBits.PRIVATE, 0);
            case "slave", "rslave" -> new RootPropagation(MountBits.SLAVE, MountBits.SLAVE);
            case "shared", "rshared" -> new RootPropagation(MountBits.SLAVE, MountBits.SHARED);
            case "unbindable", "runbindable" -> new RootPropagation(MountBits.PRIVATE, MountBits.UNBINDABLE);
            default -> throw EngineException.invalid("linux.rootfsPropagation: unknown mode \"" + name + "\"");
        };
    }
}
