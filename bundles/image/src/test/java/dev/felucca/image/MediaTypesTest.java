package dev.felucca.image;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MediaTypesTest {
    static final String TAR = "application/vnd.oci.image.layer.v1.tar";

    @Test
    void knowsWhatIsALayer() {
        assertTrue(MediaTypes.isLayer(TAR));
        for (Compression c : Compression.values()) {
            assertTrue(MediaTypes.isLayer(c.layerMediaType()), c.toString());
        }
        assertFalse(MediaTypes.isLayer("application/vnd.in-toto+json"));
    }
}
