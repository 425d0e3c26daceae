package dev.felucca.image;

import dev.felucca.api.EngineException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a removal does to the state, by docker's rules: a reference takes the image with it only if it was the last; an id
 * takes its references along if they are all of one repository, else with force; what is held stays.
 *
 * @param lines as docker reports them
 */
record Removal(State next, List<String> lines) {

    static Removal remove(State state, String text, boolean force, Function<String, @Nullable String> holders) {
        Lookup found = Lookup.find(state, text);
        String id = found.image().id();
        List<Reference> all = state.referencesOf(id);
        String holder = holders.apply(id);
        List<String> lines = new ArrayList<>();
        Reference named = found.reference();
        if (named == null) {
            if (holder != null) {
                throw conflict(text, "cannot be forced", "image is being used by " + container(holder));
            }
            if (!force && all.size() > 1 && repositories(all) > 1) {
                throw conflict(text, "must be forced", "image is referenced in multiple repositories");
            }
            return delete(untag(state, all, lines), found.image(), lines);
        }
        if (holder != null && !force && all.size() == 1) {
            throw EngineException.conflict("conflict: unable to remove repository reference \"" + text
                    + "\" (must force) - " + container(holder) + " is using its referenced image " + Digests.brief(id));
        }
        State next = untag(state, gone(named, all), lines);
        boolean keep = holder != null || !next.referencesOf(id).isEmpty();
        return keep ? new Removal(next, lines) : delete(next, found.image(), lines);
    }

    static Removal prune(State state, boolean all, Function<String, @Nullable String> holders) {
        State next = state;
        List<String> lines = new ArrayList<>();
        for (StoredImage image : state.images().values()) {
            List<Reference> references = state.referencesOf(image.id());
            if ((all || references.isEmpty()) && holders.apply(image.id()) == null) {
                next = delete(untag(next, references, lines), image, lines).next();
            }
        }
        return new Removal(next, lines);
    }

    /** The reference itself, and with a repository's last tag also its digests. */
    private static List<Reference> gone(Reference named, List<Reference> all) {
        boolean lastTag = named.digest() == null
                && all.stream().noneMatch(r -> r.digest() == null && r.name().equals(named.name()) && !r.equals(named));
        return all.stream()
                .filter(r -> r.equals(named)
                        || (lastTag && r.digest() != null && r.name().equals(named.name())))
                .toList();
    }

    private static long repositories(List<Reference> all) {
        return all.stream().map(Reference::name).distinct().count();
    }

    private static State untag(State state, List<Reference> references, List<String> lines) {
        State next = state;
        for (Reference r : references) {
            next = next.withoutReference(r);
            lines.add("Untagged: " + r.familiar());
        }
        return next;
    }

    private static Removal delete(State state, StoredImage image, List<String> lines) {
        State next = state.withoutImage(image.id());
        lines.add("Deleted: " + image.id());
        Set<String> used = new HashSet<>();
        next.images().values().forEach(i -> used.addAll(Digests.chain(i.config().diffIds())));
        List<String> chain = new ArrayList<>(Digests.chain(image.config().diffIds()));
        java.util.Collections.reverse(chain);
        chain.stream().filter(c -> !used.contains(c)).forEach(c -> lines.add("Deleted: " + c));
        return new Removal(next, lines);
    }

    private static EngineException conflict(String text, String force, String why) {
        return EngineException.conflict("conflict: unable to delete " + text + " (" + force + ") - " + why);
    }

    /** A holder is a container's id, or says itself what it is. */
    private static String container(String holder) {
        return holder.matches("[0-9a-f]{12,64}") ? "container " + Digests.brief(holder) : holder;
    }
}
