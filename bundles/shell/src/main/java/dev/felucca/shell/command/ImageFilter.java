package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.api.image.Image;
import dev.felucca.shell.values.Sizes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The filters of {@code images}; all must match, but of several references one. */
final class ImageFilter implements Predicate<Image> {
    private final List<Predicate<Image>> all = new ArrayList<>();
    private final List<Pattern> references = new ArrayList<>();

    private ImageFilter() {}

    static ImageFilter parse(List<String> filters, Function<String, Image> lookup) {
        ImageFilter f = new ImageFilter();
        for (String text : filters) {
            int eq = text.indexOf('=');
            if (eq < 1)
                throw EngineException.invalid(
                        "give a filter as KEY=VALUE, such as dangling=true, not \"" + text + "\"");
            f.add(text.substring(0, eq), text.substring(eq + 1), lookup);
        }
        return f;
    }

    private void add(String key, String value, Function<String, Image> lookup) {
        switch (key) {
            case "dangling" -> {
                boolean wanted = Sizes.bool(value);
                all.add(i -> i.tags().isEmpty() == wanted);
            }
            case "label" -> all.add(i -> ContainerFilter.matchesLabel(i.config().labels(), value));
            case "reference" -> references.add(glob(value));
            case "before" -> {
                Instant other = created(lookup.apply(value));
                all.add(i -> created(i).isBefore(other));
            }
            case "since" -> {
                Instant other = created(lookup.apply(value));
                all.add(i -> created(i).isAfter(other));
            }
            default -> throw EngineException.invalid("there is no filter \"" + key + "\"");
        }
    }

    private static Instant created(Image i) {
        Instant created = i.created();
        return created == null ? Instant.EPOCH : created;
    }

    /** A pattern of names, in which {@code *} stands for anything but a slash. */
    private static Pattern glob(String value) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '*') regex.append("[^/]*");
            else if (c == '?') regex.append("[^/]");
            else regex.append(Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(regex.toString());
    }

    @Override
    public boolean test(Image image) {
        return all.stream().allMatch(p -> p.test(image));
    }

    /** Whether a row's name matches one of the references. */
    boolean testName(Map<String, String> row) {
        String repository = row.getOrDefault("Repository", "");
        String name = repository + ":" + row.getOrDefault("Tag", "");
        return references.isEmpty()
                || references.stream()
                        .anyMatch(p -> p.matcher(repository).matches()
                                || p.matcher(name).matches());
    }
}
