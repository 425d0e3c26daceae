package dev.felucca.image;

import dev.felucca.api.EngineException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Content that was read in whole and lies in a temporary file.
 *
 * @param file null if the store has the same content already
 * @param digest of the bytes as they came
 * @param diffId digest of the uncompressed bytes; null if they are no layer
 * @param uncompressed their number
 * @param problem why this cannot be a layer; null if it can
 */
record Staged(
        @Nullable Path file,
        String digest,
        long size,
        Compression compression,
        @Nullable String diffId,
        long uncompressed,
        @Nullable EngineException problem) {

    /** The digest of the uncompressed tar; throws what is wrong with it if it is no whole tar. */
    String requireLayer(String name) {
        if (problem != null) {
            throw new EngineException(problem.kind(), "layer " + name + ": " + problem.message(), problem);
        }
        if (diffId == null) {
            throw EngineException.internal("layer " + name + " was not looked into", null);
        }
        return diffId;
    }

    Path requireFile() {
        if (file == null) {
            throw EngineException.internal("content " + digest + " has no file of its own", null);
        }
        return file;
    }
}
