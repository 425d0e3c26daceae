package dev.felucca.docker.route;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.container.Health;
import dev.felucca.api.container.VolumeMount;
import dev.felucca.docker.json.Filters;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The filters of the list of containers: values of one key are alternatives (labels must all match), keys must all match. */
final class ContainerFilter implements Predicate<ContainerInfo> {
    static final Set<String> KEYS = Set.of(
            "ancestor",
            "before",
            "exited",
            "expose",
            "health",
            "id",
            "isolation",
            "is-task",
            "label",
            "name",
            "network",
            "publish",
            "since",
            "status",
            "volume");

    private final Filters filters;
    private final List<ContainerInfo> before;
    private final List<ContainerInfo> since;

    ContainerFilter(Filters filters, Function<String, ContainerInfo> lookup) {
        this.filters = filters;
        before = filters.get("before").stream().map(lookup).toList();
        since = filters.get("since").stream().map(lookup).toList();
        for (String status : filters.get("status")) {
            if (java.util.Arrays.stream(ContainerStatus.values())
                    .noneMatch(s -> s.word().equals(status))) {
                throw EngineException.invalid("invalid filter 'status=" + status + "'");
            }
        }
        for (String code : filters.get("exited")) {
            if (!code.matches("-?\\d{1,9}")) {
                throw EngineException.invalid("invalid filter 'exited=" + code + "'");
            }
        }
        filters.get("name").forEach(ContainerFilter::pattern);
    }

    /** Whether stopped ones are shown too: who asks for a status means it. */
    boolean wantsAll() {
        return filters.has("status") || filters.has("exited");
    }

    static boolean restarting(ContainerInfo c) {
        return c.state().status() == ContainerStatus.RESTARTING;
    }

    private static Pattern pattern(String value) {
        try {
            return Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            throw new EngineException(EngineException.Kind.INVALID, "invalid filter 'name=" + value + "'", e);
        }
    }

    @Override
    public boolean test(ContainerInfo c) {
        return any("id", v -> c.id().startsWith(v))
                && any(
                        "name",
                        v -> pattern(v).matcher(c.name()).find()
                                || pattern(v).matcher("/" + c.name()).find())
                && any("status", v -> c.state().status().word().equals(v))
                && any(
                        "exited",
                        v -> c.state().status() == ContainerStatus.EXITED
                                && c.state().exitCode() == Integer.parseInt(v))
                && any("ancestor", v -> ancestor(c, v))
                && before.stream().allMatch(o -> c.created().isBefore(o.created()))
                && since.stream().allMatch(o -> c.created().isAfter(o.created()))
                && any("volume", v -> c.mounts().stream().anyMatch(m -> mounts(m, v)))
                && any("network", v -> network(c, v))
                && any("publish", v -> published(c, v))
                && any("expose", v -> exposed(c, v))
                && any("health", v -> v.equals(healthOf(c)))
                && any("is-task", v -> v.equals("false"))
                && any("isolation", v -> v.equals("default"))
                && filters.labels("label", c.config().labels());
    }

    private static String healthOf(ContainerInfo c) {
        Health health = c.state().health();
        return health == null ? "none" : health.status().word();
    }

    private boolean any(String key, Predicate<String> matches) {
        return !filters.has(key) || filters.get(key).stream().anyMatch(matches);
    }

    private static boolean ancestor(ContainerInfo c, String v) {
        return c.image().equals(v)
                || c.image().equals(v + ":latest")
                || (v + ":latest").equals(c.image() + ":latest")
                || c.imageId().equals(v)
                || c.imageId().startsWith("sha256:" + v);
    }

    private static boolean mounts(VolumeMount m, String v) {
        return m.source().equals(v) || m.target().equals(v);
    }

    private static boolean network(ContainerInfo c, String v) {
        String mode = c.hostConfig().networkMode();
        return mode.equals(v)
                || (mode.equals("default") && v.equals("bridge"))
                || c.endpoints().stream()
                        .anyMatch(
                                e -> e.networkName().equals(v) || e.networkId().startsWith(v));
    }

    /** {@code 80}, {@code 80/tcp}, {@code 80-90/tcp}. */
    private static boolean matches(int port, String protocol, String wanted) {
        String[] p = wanted.split("/", 2);
        String[] range = p[0].split("-", 2);
        if (!p[0].matches("\\d{1,5}(-\\d{1,5})?")) {
            throw EngineException.invalid("invalid port in a filter: " + wanted);
        }
        int first = Integer.parseInt(range[0]);
        int last = Integer.parseInt(range[range.length - 1]);
        return port >= first && port <= last && (p.length == 1 ? "tcp" : p[1]).equals(protocol);
    }

    private static boolean published(ContainerInfo c, String v) {
        return c.endpoints().stream()
                .flatMap(e -> e.ports().stream())
                .anyMatch(p -> matches(p.hostPort(), p.protocol(), v) || matches(p.containerPort(), p.protocol(), v));
    }

    private static boolean exposed(ContainerInfo c, String v) {
        return c.config().exposedPorts().stream()
                .map(p -> p.split("/", 2))
                .anyMatch(p ->
                        p[0].matches("\\d{1,5}") && matches(Integer.parseInt(p[0]), p.length == 1 ? "tcp" : p[1], v));
    }
}
