package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.storage.RootTree;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Whom a container's user is, read from its own files and not by its programs or this host's libraries. */
final class Owners {
    private static final int LIMIT = 4 << 20;

    private Owners() {}

    /** Null if its configuration names no user. */
    static RootTree.@Nullable Owner of(ContainerInfo info, RootTree tree) {
        String user = info.config().user();
        if (user == null || user.isEmpty()) {
            return null;
        }
        String[] parts = user.split(":", 2);
        Optional<String[]> account = find(tree, "/etc/passwd", l -> l[0].equals(parts[0]) || l[2].equals(parts[0]));
        int uid = number(parts[0], account.map(l -> l[2]), "user");
        if (parts.length == 1) {
            return new RootTree.Owner(
                    uid, account.isPresent() ? number(account.get()[3], Optional.empty(), "group") : 0);
        }
        Optional<String[]> group = find(tree, "/etc/group", l -> l[0].equals(parts[1]) || l[2].equals(parts[1]));
        return new RootTree.Owner(uid, number(parts[1], group.map(l -> l[2]), "group"));
    }

    private static int number(String given, Optional<String> found, String what) {
        String text = found.orElse(given);
        if (!text.matches("\\d{1,9}")) {
            throw EngineException.invalid("unable to find " + what + " " + given + " in the container");
        }
        return Integer.parseInt(text);
    }

    private static Optional<String[]> find(RootTree tree, String file, Predicate<String[]> wanted) {
        byte[] content;
        try {
            content = tree.read(file, LIMIT);
        } catch (EngineException e) {
            if (e.kind() == EngineException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
        return new String(content, StandardCharsets.UTF_8)
                .lines()
                .map(l -> l.split(":", -1))
                .filter(l -> l.length >= 4 && wanted.test(l))
                .findFirst();
    }
}
