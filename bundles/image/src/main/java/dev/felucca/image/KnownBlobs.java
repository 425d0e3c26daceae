package dev.felucca.image;

import org.jspecify.annotations.Nullable;

/** What the store knows of layer blobs that it has, so that they are not stored and looked into again. */
@FunctionalInterface
interface KnownBlobs {
    record Known(long size, Compression compression, String diffId, long uncompressed) {}

    /** The blob's facts, if an intact image has it; it then stays until the load that asked has ended. */
    @Nullable
    Known pin(String digest);
}
