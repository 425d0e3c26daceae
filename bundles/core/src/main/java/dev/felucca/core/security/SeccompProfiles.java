package dev.felucca.core.security;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.LinuxSeccomp;
import dev.felucca.api.spec.SpecJson;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;

/**
 * The seccomp profiles of containers. The default one is the resource {@code seccomp-default.json}: Docker's list of system
 * calls for containers, with its rules about arguments, capabilities and architectures. Thread-safe.
 */
public final class SeccompProfiles {
    private static final SeccompProfile DEFAULT = load();

    private SeccompProfiles() {}

    /** The default filter of a container with that bounding set, on this host. */
    public static LinuxSeccomp defaultProfile(Set<String> bounding) {
        return DEFAULT.resolve(bounding)
                .orElseThrow(() -> EngineException.internal("the default seccomp profile is empty", null));
    }

    /** The content of a file for {@code --security-opt seccomp=FILE}; INVALID, with the field, if it is no profile. */
    public static SeccompProfile parse(byte[] json) {
        try {
            return SpecJson.read(json, SeccompProfile.class);
        } catch (EngineException e) {
            throw new EngineException(
                    e.kind(),
                    "decoding the seccomp profile failed: " + e.message().replace("runtime spec: ", ""),
                    e);
        }
    }

    /** The default profile, unresolved. */
    static SeccompProfile unresolved() {
        return DEFAULT;
    }

    private static SeccompProfile load() {
        try (InputStream in = SeccompProfiles.class.getResourceAsStream("seccomp-default.json")) {
            if (in == null) {
                throw EngineException.internal("the resource seccomp-default.json is missing", null);
            }
            return parse(in.readAllBytes());
        } catch (IOException e) {
            throw EngineException.internal("the resource seccomp-default.json cannot be read", e);
        }
    }
}
