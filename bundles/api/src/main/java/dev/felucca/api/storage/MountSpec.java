package dev.felucca.api.storage;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A mount in words: a driver emits it, something else mounts it. Either a new filesystem ({@code fsopen(2)} with its
 * options in order) or, with type {@code bind}, a clone of the tree at {@code source} ({@code open_tree(2)}).
 *
 * @param type filesystem type as the kernel names it, or {@code bind}
 * @param source the source; for {@code bind} an absolute path
 * @param options filesystem options in order. Overlay's layers are given as repeated {@code lowerdir+} options, top first;
 *     where the kernel lacks it (before 6.8) the mounter joins them.
 * @param readOnly whether the mount itself is read-only
 */
public record MountSpec(String type, String source, List<Option> options, boolean readOnly) {
    public MountSpec {
        Objects.requireNonNull(type);
        options = List.copyOf(options);
    }

    /** A clone of a directory tree. */
    public static MountSpec bind(String source, boolean readOnly) {
        return new MountSpec("bind", source, List.of(), readOnly);
    }

    /** One option; a flag has no value. */
    public record Option(String key, @Nullable String value) {}
}
