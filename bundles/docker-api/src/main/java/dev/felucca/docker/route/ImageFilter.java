package dev.felucca.docker.route;

import dev.felucca.api.image.Image;
import dev.felucca.docker.json.Filters;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The filters of the list of images; all keys must match, of several references one. */
final class ImageFilter {
    static final Set<String> KEYS = Set.of("before", "dangling", "label", "reference", "since", "until");

    private final Filters filters;
    private final List<Image> before;
    private final List<Image> since;
    private final List<Pattern> references;

    ImageFilter(Filters filters, Function<String, Image> lookup) {
        this.filters = filters;
        before = filters.get("before").stream().map(lookup).toList();
        since = filters.get("since").stream().map(lookup).toList();
        references = filters.get("reference").stream().map(ImageFilter::glob).toList();
    }

    /** A pattern of names, in which {@code *} stands for anything but a slash. */
    private static Pattern glob(String value) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            regex.append(c == '*' ? "[^/]*" : c == '?' ? "[^/]" : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(regex.toString());
    }

    private static Instant created(Image i) {
        Instant created = i.created();
        return created == null ? Instant.EPOCH : created;
    }

    /** The image as it is shown, with the references that were asked for; empty if it is not. */
    Optional<Image> shown(Image i) {
        Boolean dangling = filters.truth("dangling");
        boolean wanted = (dangling == null || dangling == i.tags().isEmpty())
                && filters.labels("label", i.config().labels())
                && before.stream().allMatch(o -> created(i).isBefore(created(o)))
                && since.stream().allMatch(o -> created(i).isAfter(created(o)))
                && filters.get("until").stream().allMatch(u -> {
                    Instant until = Instants.parse(u);
                    return until == null || created(i).isBefore(until);
                });
        if (!wanted) {
            return Optional.empty();
        }
        if (references.isEmpty()) {
            return Optional.of(i);
        }
        List<String> tags = i.tags().stream().filter(this::named).toList();
        List<String> digests = i.digests().stream().filter(this::named).toList();
        return tags.isEmpty() && digests.isEmpty()
                ? Optional.empty()
                : Optional.of(new Image(
                        i.id(),
                        tags,
                        digests,
                        i.architecture(),
                        i.os(),
                        i.created(),
                        i.author(),
                        i.comment(),
                        i.size(),
                        i.config(),
                        i.layers()));
    }

    /** @param tag or digest, with its repository */
    private boolean named(String tag) {
        int end = tag.indexOf('@') < 0 ? tag.lastIndexOf(':') : tag.indexOf('@');
        String repository = tag.substring(0, Math.max(0, end));
        return references.stream()
                .anyMatch(p -> p.matcher(tag).matches() || p.matcher(repository).matches());
    }
}
