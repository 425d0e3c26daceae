package dev.felucca.image;

import dev.felucca.api.EngineException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds an image as docker does: a whole id; else a reference; else a unique prefix of an id.
 *
 * @param image what was found
 * @param reference the reference that named it; null if it was an id
 */
record Lookup(StoredImage image, @Nullable Reference reference) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{1,64}");

    static Lookup find(State state, String text) {
        String hex = text.startsWith(Digests.PREFIX) ? text.substring(Digests.PREFIX.length()) : text;
        boolean prefix = HEX.matcher(hex).matches();
        if (prefix && hex.length() == 64) {
            StoredImage image = state.images().get(Digests.PREFIX + hex);
            if (image == null) {
                throw none(text);
            }
            return new Lookup(image, null);
        }
        String shown = text;
        if (!text.startsWith(Digests.PREFIX)) {
            Reference r = Reference.parse(text);
            Lookup found = byReference(state, r);
            if (found != null) {
                return found;
            }
            shown = r.tagged().familiar();
        }
        if (prefix) {
            List<StoredImage> found = state.images().values().stream()
                    .filter(i -> Digests.hex(i.id()).startsWith(hex))
                    .toList();
            if (found.size() > 1) {
                throw EngineException.invalid("the image id \"" + text + "\" is ambiguous: " + found.size()
                        + " images have it, give more digits");
            }
            if (found.size() == 1) {
                return new Lookup(found.get(0), null);
            }
        } else if (text.startsWith(Digests.PREFIX)) {
            throw EngineException.invalid("invalid reference format: \"" + text + "\" is no image id");
        }
        throw none(shown);
    }

    private static EngineException none(String text) {
        return EngineException.notFound("No such image: " + text);
    }

    private static @Nullable Lookup byReference(State state, Reference r) {
        State.Named named = state.references().get(r.canonical().toString());
        if (named != null) {
            StoredImage image = state.images().get(named.id());
            return image == null ? null : new Lookup(image, named.reference());
        }
        String digest = r.digest();
        if (digest == null) {
            return null;
        }
        // A repository of that name whose tag leads to this very manifest or configuration.
        for (State.Named n : state.references().values()) {
            StoredImage image = state.images().get(n.id());
            if (image != null
                    && n.reference().name().equals(r.name())
                    && (image.manifest().digest().equals(digest) || image.id().equals(digest))) {
                return new Lookup(image, n.reference());
            }
        }
        return null;
    }
}
