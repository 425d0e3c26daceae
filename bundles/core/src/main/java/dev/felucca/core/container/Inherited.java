package dev.felucca.core.container;

import dev.felucca.api.container.ContainerConfig;
import dev.felucca.api.container.Healthcheck;
import dev.felucca.api.image.ImageConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A container's configuration with what it has of its image, as docker keeps and shows it. Nothing of an image's labels is more than a
 * label.
 */
final class Inherited {
    private Inherited() {}

    static ContainerConfig of(ContainerConfig own, ImageConfig image) {
        // an entrypoint given by the user resets the image's arguments
        boolean cmd = (own.cmd() == null || own.cmd().isEmpty()) && own.entrypoint() == null;
        return new ContainerConfig(
                own.image(),
                cmd ? image.cmd() : own.cmd(),
                own.entrypoint() == null ? image.entrypoint() : own.entrypoint(),
                environment(own.env(), image.env()),
                isSet(own.workingDir()) ? own.workingDir() : image.workingDir(),
                isSet(own.user()) ? own.user() : image.user(),
                own.hostname(),
                own.domainname(),
                own.tty(),
                own.openStdin(),
                own.stdinOnce(),
                labels(own.labels(), image.labels()),
                union(own.exposedPorts(), image.exposedPorts()),
                union(own.volumes(), image.volumes()),
                own.stopSignal() == null ? image.stopSignal() : own.stopSignal(),
                own.stopTimeoutSeconds(),
                health(own.healthcheck(), image.healthcheck()));
    }

    /** What of a check is not said is as the image has it. */
    private static @Nullable Healthcheck health(@Nullable Healthcheck own, @Nullable Healthcheck image) {
        if (own == null || image == null) {
            return own == null ? image : own;
        }
        List<String> test = own.test();
        return new Healthcheck(
                test == null || test.isEmpty() ? image.test() : test,
                given(own.interval(), image.interval()),
                given(own.timeout(), image.timeout()),
                given(own.startPeriod(), image.startPeriod()),
                own.retries() == null || own.retries() == 0 ? image.retries() : own.retries(),
                given(own.startInterval(), image.startInterval()));
    }

    private static @Nullable Long given(@Nullable Long own, @Nullable Long image) {
        return own == null || own == 0 ? image : own;
    }

    private static boolean isSet(@Nullable String text) {
        return text != null && !text.isEmpty();
    }

    /** The image's variables that the user has not set or removed, and the user's. */
    private static List<String> environment(List<String> own, List<String> image) {
        Set<String> named = new HashSet<>();
        own.forEach(entry -> named.add(name(entry)));
        List<String> all = new ArrayList<>(
                image.stream().filter(entry -> !named.contains(name(entry))).toList());
        all.addAll(own);
        return all;
    }

    private static String name(String entry) {
        return entry.split("=", 2)[0];
    }

    private static Map<String, String> labels(Map<String, String> own, Map<String, String> image) {
        Map<String, String> all = new HashMap<>(image);
        all.putAll(own);
        return all;
    }

    private static Set<String> union(Set<String> a, Set<String> b) {
        Set<String> all = new HashSet<>(a);
        all.addAll(b);
        return all;
    }
}
