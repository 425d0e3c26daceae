package dev.felucca.image;

import dev.felucca.api.EngineException;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Finds the manifest for a platform in an index and in the indexes that it names (OCI image spec, image-index.md). */
final class Indexes {
    /** Reads an index. */
    interface Reader {
        byte[] read(Descriptor index) throws IOException;
    }

    private final Limits limits;
    private final Platform wanted;
    private final String what;

    /**
     * @param what where they are, for messages
     */
    Indexes(Limits limits, Platform wanted, String what) {
        this.limits = limits;
        this.wanted = wanted;
        this.what = what;
    }

    /** BuildKit keeps provenance beside an image as a manifest of an unknown platform. */
    static boolean isImage(Descriptor d) {
        boolean attestation = "attestation-manifest".equals(d.annotations().get("vnd.docker.reference.type"));
        return !attestation && (MediaTypes.isIndex(d.mediaType()) || MediaTypes.isManifest(d.mediaType()));
    }

    /** The images that an index names. */
    static List<Descriptor> images(byte[] index, String what, Limits limits) {
        return Json.parse(index, what, limits).objects("manifests").stream()
                .map(Descriptor::of)
                .filter(Indexes::isImage)
                .toList();
    }

    /** The manifest itself, or the one for the platform that the index leads to. */
    Descriptor resolve(Descriptor top, Reader reader) throws IOException {
        Descriptor d = top;
        for (int depth = 0; MediaTypes.isIndex(d.mediaType()); depth++) {
            if (depth >= limits.maxIndexDepth()) {
                throw Limits.exceeded("the nesting of indexes in " + what, "maxIndexDepth", limits.maxIndexDepth());
            }
            String index = "index " + d.digest();
            List<Descriptor> inner = images(reader.read(d), index, limits);
            if (inner.isEmpty()) {
                throw EngineException.invalid(what + ": the " + index + " names no image manifest");
            }
            d = choose(inner);
        }
        return d;
    }

    Descriptor choose(List<Descriptor> candidates) {
        Set<String> there = new TreeSet<>();
        for (Descriptor d : candidates) {
            Platform p = d.platform();
            if (p == null || p.matches(wanted)) {
                return d;
            }
            there.add(p.toString());
        }
        throw EngineException.invalid(what + " has no image for " + wanted + ", only for " + String.join(", ", there));
    }
}
