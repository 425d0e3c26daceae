package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.container.Health;
import dev.felucca.api.container.VolumeMount;
import dev.felucca.shell.options.Arguments;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The filters of {@code ps}: values of one key are alternatives (labels must all match), different keys must all match. */
final class ContainerFilter implements Predicate<ContainerInfo> {
    private final Map<String, List<Predicate<ContainerInfo>>> byKey = new HashMap<>();
    private final Function<String, ContainerInfo> lookup;

    private ContainerFilter(Function<String, ContainerInfo> lookup) {
        this.lookup = lookup;
    }

    /** @param lookup finds a container by name, for {@code before} and {@code since} */
    static ContainerFilter parse(Arguments a, Function<String, ContainerInfo> lookup) {
        ContainerFilter filter = new ContainerFilter(lookup);
        a.convertAll("filter", ContainerFilter::pair).forEach(filter::add);
        return filter;
    }

    boolean has(String key) {
        return byKey.containsKey(key);
    }

    private static Map.Entry<String, String> pair(String text) {
        int eq = text.indexOf('=');
        if (eq < 1) throw EngineException.invalid("give a filter as KEY=VALUE, such as status=exited");
        return Map.entry(
                text.substring(0, eq).strip().toLowerCase(Locale.ROOT),
                text.substring(eq + 1).strip());
    }

    private void add(Map.Entry<String, String> filter) {
        String key = filter.getKey();
        byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(predicate(key, filter.getValue()));
    }

    private Predicate<ContainerInfo> predicate(String key, String value) {
        return switch (key) {
            case "id" -> c -> c.id().startsWith(value);
            case "name" -> {
                Pattern p = pattern(value);
                yield c ->
                        p.matcher(c.name()).find() || p.matcher("/" + c.name()).find();
            }
            case "label" -> c -> matchesLabel(c.config().labels(), value);
            case "status" -> {
                ContainerStatus s = status(value);
                yield c -> c.state().status() == s;
            }
            case "exited" -> {
                if (!value.matches("\\d{1,3}")) throw EngineException.invalid("the exit code must be a number");
                int code = Integer.parseInt(value);
                yield c -> c.state().status() == ContainerStatus.EXITED
                        && c.state().exitCode() == code;
            }
            case "ancestor" ->
                c -> c.image().equals(value)
                        || c.image().equals(value + ":latest")
                        || c.imageId().equals(value)
                        || c.imageId().startsWith("sha256:" + value);
            case "before" -> {
                ContainerInfo other = lookup.apply(value);
                yield c -> c.created().isBefore(other.created());
            }
            case "since" -> {
                ContainerInfo other = lookup.apply(value);
                yield c -> c.created().isAfter(other.created());
            }
            case "volume" -> c -> c.mounts().stream().anyMatch(m -> mounts(m, value));
            case "network" -> c -> c.hostConfig().networkMode().equals(value);
            case "runtime" -> c -> c.runtime().equals(value);
            case "health" -> c -> value.equals(healthOf(c));
            case "publish", "expose", "is-task" ->
                throw EngineException.unsupported("not supported: the filter " + key);
            default -> throw EngineException.invalid("there is no filter \"" + key + "\"");
        };
    }

    private static String healthOf(ContainerInfo c) {
        Health health = c.state().health();
        return health == null ? "none" : health.status().word();
    }

    private static boolean mounts(VolumeMount m, String value) {
        return m.source().equals(value) || m.target().equals(value);
    }

    static boolean matchesLabel(Map<String, String> labels, String wanted) {
        int eq = wanted.indexOf('=');
        if (eq < 0) return labels.containsKey(wanted);
        return wanted.substring(eq + 1).equals(labels.get(wanted.substring(0, eq)));
    }

    private static Pattern pattern(String value) {
        try {
            return Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            throw new EngineException(EngineException.Kind.INVALID, "no regular expression: " + e.getDescription(), e);
        }
    }

    private static ContainerStatus status(String word) {
        for (ContainerStatus s : ContainerStatus.values()) if (s.word().equals(word)) return s;
        throw EngineException.invalid("there is no status \"" + word + "\"");
    }

    @Override
    public boolean test(ContainerInfo c) {
        return byKey.entrySet().stream()
                .allMatch(e -> e.getKey().equals("label")
                        ? e.getValue().stream().allMatch(p -> p.test(c))
                        : e.getValue().stream().anyMatch(p -> p.test(c)));
    }
}
