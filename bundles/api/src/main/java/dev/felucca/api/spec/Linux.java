package dev.felucca.api.spec;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What config.json says about Linux.
 *
 * @param sysctl names with dots, such as {@code net.ipv4.ip_forward}
 * @param cgroupsPath for cgroupfs a path, for systemd {@code slice:prefix:name}
 * @param rootfsPropagation {@code private}, {@code rprivate}, {@code slave}, {@code rslave}, {@code shared}, {@code rshared},
 *     {@code unbindable} or {@code runbindable}
 * @param maskedPaths paths in the container that are made unreadable
 * @param readonlyPaths paths in the container that are made read-only
 * @param mountLabel SELinux context of the mounts
 * @param timeOffsets by clock: {@code monotonic}, {@code boottime}
 */
public record Linux(
        List<LinuxIdMapping> uidMappings,
        List<LinuxIdMapping> gidMappings,
        Map<String, String> sysctl,
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = EmptyObject.class) LinuxResources resources,
        @Nullable String cgroupsPath,
        List<LinuxNamespace> namespaces,
        List<LinuxDevice> devices,
        @Nullable LinuxSeccomp seccomp,
        @Nullable String rootfsPropagation,
        List<String> maskedPaths,
        List<String> readonlyPaths,
        @Nullable String mountLabel,
        @Nullable LinuxIntelRdt intelRdt,
        @Nullable LinuxPersonality personality,
        Map<String, LinuxTimeOffset> timeOffsets) {
    public static final Linux EMPTY = new Builder().build();

    public Linux {
        uidMappings = Copies.of(uidMappings);
        gidMappings = Copies.of(gidMappings);
        sysctl = Copies.of(sysctl);
        resources = resources == null ? LinuxResources.EMPTY : resources;
        namespaces = Copies.of(namespaces);
        devices = Copies.of(devices);
        maskedPaths = Copies.of(maskedPaths);
        readonlyPaths = Copies.of(readonlyPaths);
        timeOffsets = Copies.of(timeOffsets);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this one. */
    public Builder toBuilder() {
        Builder b = new Builder();
        b.uidMappings = uidMappings;
        b.gidMappings = gidMappings;
        b.sysctl = sysctl;
        b.resources = resources;
        b.cgroupsPath = cgroupsPath;
        b.namespaces = namespaces;
        b.devices = devices;
        b.seccomp = seccomp;
        b.rootfsPropagation = rootfsPropagation;
        b.maskedPaths = maskedPaths;
        b.readonlyPaths = readonlyPaths;
        b.mountLabel = mountLabel;
        b.intelRdt = intelRdt;
        b.personality = personality;
        b.timeOffsets = timeOffsets;
        return b;
    }

    /** Collects the fields of a {@link Linux}. */
    public static final class Builder {
        private List<LinuxIdMapping> uidMappings = List.of();
        private List<LinuxIdMapping> gidMappings = List.of();
        private Map<String, String> sysctl = Map.of();
        private LinuxResources resources = LinuxResources.EMPTY;
        private @Nullable String cgroupsPath;
        private List<LinuxNamespace> namespaces = List.of();
        private List<LinuxDevice> devices = List.of();
        private @Nullable LinuxSeccomp seccomp;
        private @Nullable String rootfsPropagation;
        private List<String> maskedPaths = List.of();
        private List<String> readonlyPaths = List.of();
        private @Nullable String mountLabel;
        private @Nullable LinuxIntelRdt intelRdt;
        private @Nullable LinuxPersonality personality;
        private Map<String, LinuxTimeOffset> timeOffsets = Map.of();

        private Builder() {}

        public Builder idMappings(List<LinuxIdMapping> uids, List<LinuxIdMapping> gids) {
            uidMappings = uids;
            gidMappings = gids;
            return this;
        }

        public Builder sysctl(Map<String, String> value) {
            sysctl = value;
            return this;
        }

        public Builder resources(LinuxResources value) {
            resources = value;
            return this;
        }

        public Builder cgroupsPath(@Nullable String value) {
            cgroupsPath = value;
            return this;
        }

        public Builder namespaces(List<LinuxNamespace> value) {
            namespaces = value;
            return this;
        }

        public Builder devices(List<LinuxDevice> value) {
            devices = value;
            return this;
        }

        public Builder seccomp(@Nullable LinuxSeccomp value) {
            seccomp = value;
            return this;
        }

        public Builder rootfsPropagation(@Nullable String value) {
            rootfsPropagation = value;
            return this;
        }

        public Builder maskedPaths(List<String> value) {
            maskedPaths = value;
            return this;
        }

        public Builder readonlyPaths(List<String> value) {
            readonlyPaths = value;
            return this;
        }

        public Builder mountLabel(@Nullable String value) {
            mountLabel = value;
            return this;
        }

        public Builder intelRdt(@Nullable LinuxIntelRdt value) {
            intelRdt = value;
            return this;
        }

        public Builder personality(@Nullable LinuxPersonality value) {
            personality = value;
            return this;
        }

        public Builder timeOffsets(Map<String, LinuxTimeOffset> value) {
            timeOffsets = value;
            return this;
        }

        public Linux build() {
            return new Linux(
                    uidMappings,
                    gidMappings,
                    sysctl,
                    resources,
                    cgroupsPath,
                    namespaces,
                    devices,
                    seccomp,
                    rootfsPropagation,
                    maskedPaths,
                    readonlyPaths,
                    mountLabel,
                    intelRdt,
                    personality,
                    timeOffsets);
        }
    }
}
