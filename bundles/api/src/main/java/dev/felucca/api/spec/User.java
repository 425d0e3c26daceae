package dev.felucca.api.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ids of a process, as the container's user namespace counts them.
 *
 * @param umask file mode creation mask; null leaves the default, 022
 * @param additionalGids supplementary groups
 */
public record User(long uid, long gid, @Nullable Integer umask, List<Long> additionalGids) {
    public static final User ROOT = new User(0, 0, null, List.of());

    public User {
        additionalGids = Copies.of(additionalGids);
    }
}
