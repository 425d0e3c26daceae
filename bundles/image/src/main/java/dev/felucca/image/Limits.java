package dev.felucca.image;

import dev.felucca.api.EngineException;

/**
 * What the store accepts, and how much of it it does at once; see {@link ImageOptions} for meaning and defaults.
 *
 * @param maxLayerBytes of one layer or archive entry, uncompressed
 * @param maxCompressionRatio uncompressed to compressed, looked at from {@link #RATIO_FROM} bytes on
 */
record Limits(
        long maxLayerBytes,
        int maxCompressionRatio,
        int maxEntries,
        int maxJsonBytes,
        int maxJsonDepth,
        int maxIndexDepth,
        int maxLayers,
        int concurrentDownloads,
        int concurrentUploads) {
    static final String PID = "dev.felucca.image";
    /** Small files may well compress to nothing. */
    static final long RATIO_FROM = 64L << 20;

    static Limits of(ImageOptions o) {
        return new Limits(
                positive(o.maxLayerBytes(), "maxLayerBytes"),
                (int) positive(o.maxCompressionRatio(), "maxCompressionRatio"),
                (int) positive(o.maxEntries(), "maxEntries"),
                (int) positive(o.maxJsonBytes(), "maxJsonBytes"),
                (int) positive(o.maxJsonDepth(), "maxJsonDepth"),
                (int) positive(o.maxIndexDepth(), "maxIndexDepth"),
                (int) positive(o.maxLayers(), "maxLayers"),
                (int) positive(o.concurrentDownloads(), "concurrentDownloads"),
                (int) positive(o.concurrentUploads(), "concurrentUploads"));
    }

    private static long positive(long value, String key) {
        if (value <= 0) {
            throw EngineException.invalid("configuration " + PID + ": " + key + " is " + value + ", must be above 0");
        }
        return value;
    }

    /** What is over which limit, and the key that raises it. */
    static EngineException exceeded(String what, String key, long limit) {
        return EngineException.invalid(
                what + " is over the limit of " + limit + "; set " + key + " of " + PID + " higher to allow it");
    }

    void checkSize(long bytes, String what) {
        if (bytes > maxLayerBytes) {
            throw exceeded("the uncompressed size of " + what, "maxLayerBytes", maxLayerBytes);
        }
    }

    void checkRatio(long uncompressed, long compressed, String what) {
        if (uncompressed > RATIO_FROM && uncompressed / maxCompressionRatio > Math.max(compressed, 1)) {
            throw exceeded("the compression ratio of " + what, "maxCompressionRatio", maxCompressionRatio);
        }
    }
}
