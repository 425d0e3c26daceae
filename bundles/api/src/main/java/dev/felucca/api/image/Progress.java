package dev.felucca.api.image;

/** Hears how far a long operation is. Calls come from one thread at a time. */
@FunctionalInterface
public interface Progress {
    /**
     * @param item what is worked on, such as a layer's short digest
     * @param action {@code Loading}, {@code Extracting}, {@code Complete}...
     * @param done bytes done
     * @param total bytes in all, or -1 if not known
     */
    void report(String item, String action, long done, long total);

    Progress NONE = (item, action, done, total) -> {};
}
