package dev.felucca.api.spec;

import org.jspecify.annotations.Nullable;

/**
 * A namespace of the container.
 *
 * @param path of an existing one to join; null to make a new one
 */
public record LinuxNamespace(LinuxNamespaceType type, @Nullable String path) {
    public LinuxNamespace {
        Spec.required(type, "linux.namespaces[].type");
    }

    /** A new one. */
    public static LinuxNamespace of(LinuxNamespaceType type) {
        return new LinuxNamespace(type, null);
    }
}
