package dev.felucca.image;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the store knows at one moment; never changes, so readers need no lock.
 *
 * @param populated whether there has ever been an image
 * @param images by id
 * @param references by their full text, to ids
 * @param damaged entries of the file whose content cannot be read, kept as they are; while there are some nothing is collected
 */
record State(
        boolean populated,
        Map<String, StoredImage> images,
        Map<String, Named> references,
        Map<String, StateFile.Entry> damaged) {

    /** A reference and the image that it names. */
    record Named(Reference reference, String id) {}

    static final State EMPTY = new State(false, Map.of(), Map.of(), Map.of());

    State {
        images = Map.copyOf(images);
        references = Map.copyOf(references);
        damaged = Map.copyOf(damaged);
    }

    List<Reference> referencesOf(String id) {
        return references.values().stream()
                .filter(n -> n.id().equals(id))
                .map(Named::reference)
                .sorted(java.util.Comparator.comparing(Reference::toString))
                .toList();
    }

    State withImage(StoredImage image) {
        Map<String, StoredImage> next = new HashMap<>(images);
        next.put(image.id(), image);
        Map<String, StateFile.Entry> still = new HashMap<>(damaged);
        still.remove(image.id());
        return new State(true, next, references, still);
    }

    State withoutImage(String id) {
        Map<String, StoredImage> next = new HashMap<>(images);
        next.remove(id);
        return new State(populated, next, references, damaged);
    }

    State withReference(Reference reference, String id) {
        Map<String, Named> next = new LinkedHashMap<>(references);
        next.put(reference.toString(), new Named(reference, id));
        return new State(populated, images, next, damaged);
    }

    State withoutReference(Reference reference) {
        Map<String, Named> next = new LinkedHashMap<>(references);
        next.remove(reference.toString());
        return new State(populated, images, next, damaged);
    }

    /** Digests of all content that some image needs. */
    Set<String> live() {
        Set<String> all = new HashSet<>();
        images.values().forEach(i -> all.addAll(i.blobs()));
        return all;
    }
}
