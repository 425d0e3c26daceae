package dev.felucca.api.spec;

/**
 * The root filesystem.
 *
 * @param path on the host, absolute or relative to the runtime bundle
 * @param readonly mounts it read-only before the program runs
 */
public record Root(String path, boolean readonly) {
    public Root {
        Spec.required(path, "root.path");
    }
}
