package dev.felucca.api.spec;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One mount.
 *
 * @param destination absolute path in the container
 * @param type filesystem type; for a bind mount what it says does not matter, the option {@code bind} or {@code rbind} does
 * @param source device, name, or for a bind mount a path on the host
 * @param options as in fstab(5) and in the specification's list
 * @param uidMappings for an idmapped mount
 * @param gidMappings for an idmapped mount
 */
public record Mount(
        String destination,
        @Nullable String type,
        @Nullable String source,
        List<String> options,
        List<LinuxIdMapping> uidMappings,
        List<LinuxIdMapping> gidMappings) {
    public Mount {
        Spec.required(destination, "mounts[].destination");
        options = Copies.of(options);
        uidMappings = Copies.of(uidMappings);
        gidMappings = Copies.of(gidMappings);
    }

    /** A filesystem of that type. */
    public static Mount of(String destination, String type, String source, String... options) {
        return new Mount(destination, type, source, List.of(options), List.of(), List.of());
    }

    /** A bind mount; {@code options} must name {@code bind} or {@code rbind}. */
    public static Mount bind(String destination, String source, List<String> options) {
        return new Mount(destination, "bind", source, options, List.of(), List.of());
    }

    /** Whether it shows an existing tree instead of mounting a filesystem. */
    @JsonIgnore
    public boolean isBind() {
        return options.contains("bind") || options.contains("rbind") || "bind".equals(type);
    }
}
