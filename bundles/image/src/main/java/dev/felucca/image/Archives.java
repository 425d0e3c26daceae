package dev.felucca.image;

import dev.felucca.api.EngineException;
import java.io.IOException;
import java.util.List;

/** Finds out what an archive is and reads the images in it. */
final class Archives {
    private Archives() {}

    static List<Incoming> read(ArchiveContent content, Staging staging, Platform host) throws IOException {
        Staged index = content.file(OciLayout.INDEX);
        Staged marker = content.file(OciLayout.MARKER);
        if (index != null && marker != null) {
            return new OciLayout(content, staging, host).read(index, marker);
        }
        Staged manifest = content.file(DockerArchive.MANIFEST);
        if (manifest != null) {
            return DockerArchive.read(content, manifest, staging);
        }
        if (index != null) {
            throw EngineException.invalid(
                    content.what() + " has index.json but no oci-layout: it is no OCI image layout");
        }
        if (content.file("repositories") != null) {
            throw EngineException.invalid(content.what()
                    + " was made by docker before 1.10, which is not supported; load and save it with a newer one");
        }
        throw EngineException.invalid(
                content.what() + " is no image archive: it has neither manifest.json (docker save)"
                        + " nor index.json (OCI image layout); a root filesystem is taken by import");
    }
}
