package dev.felucca.docker.route;

import dev.felucca.docker.json.Filters;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/** The filters of requests to prune: {@code until}, {@code label} and {@code label!}. */
final class Pruning {
    static final Set<String> KEYS = Set.of("until", "label", "label!");

    private Pruning() {}

    /** Whether something with these labels, made then, is meant. */
    static boolean meant(Filters filters, Map<String, String> labels, Instant created) {
        boolean old =
                filters.get("until").stream().map(Instants::parse).allMatch(u -> u == null || created.isBefore(u));
        return old
                && filters.labels("label", labels)
                && filters.get("label!").stream().noneMatch(l -> Filters.label(labels, l));
    }
}
