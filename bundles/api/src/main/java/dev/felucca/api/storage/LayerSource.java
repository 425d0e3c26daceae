package dev.felucca.api.storage;

import java.io.IOException;
import java.io.InputStream;

/**
 * The content of a layer as an uncompressed tar stream in the OCI image format (whiteouts as {@code .wh.} files).
 *
 * <p>The stream verifies the layer's digest: it throws at its end when the content was not what the digest says. So whoever
 * reads it must read to the end before the result is committed.
 */
@FunctionalInterface
public interface LayerSource {
    InputStream open() throws IOException;
}
