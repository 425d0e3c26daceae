package dev.felucca.api.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a root filesystem tar becomes an image.
 *
 * @param reference the tag to give it; null for none
 * @param changes Dockerfile instructions as {@code docker import --change} takes them (CMD, ENTRYPOINT, ENV, EXPOSE, LABEL,
 *     ONBUILD is refused, STOPSIGNAL, USER, VOLUME, WORKDIR, HEALTHCHECK)
 */
public record ImportOptions(@Nullable String reference, String message, List<String> changes) {
    public ImportOptions {
        changes = List.copyOf(changes);
    }
}
