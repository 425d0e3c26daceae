package dev.felucca.api.container;

import org.jspecify.annotations.Nullable;

/**
 * Something mounted into a container.
 *
 * @param type {@code bind}, {@code volume} or {@code tmpfs}
 * @param source host path (bind), volume name (volume; empty makes an anonymous one), empty (tmpfs)
 * @param target absolute path in the container
 * @param propagation as in mount(8), such as {@code rprivate}; null for the default
 * @param createSource makes a missing bind source a directory, as {@code -v} does and {@code --mount} does not
 * @param noCopy does not copy the image's content up into a new volume
 * @param options of a tmpfs, such as {@code size=64m,mode=1777}
 */
public record VolumeMount(
        String type,
        String source,
        String target,
        boolean readOnly,
        @Nullable String propagation,
        boolean createSource,
        boolean noCopy,
        String options) {}
