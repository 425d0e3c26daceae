package dev.felucca.registry;

import dev.felucca.api.EngineException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** {@link RegistryOptions}, checked. */
record Settings(
        List<URI> mirrors, Insecure insecure, Path certificates, Duration connect, Duration stall, int attempts) {
    static final String PID = "dev.felucca.registry";

    static Settings of(RegistryOptions o) {
        return new Settings(
                Stream.of(o.mirrors()).map(Settings::mirror).toList(),
                Insecure.parse(List.of(o.insecure())),
                Path.of(o.certificates()),
                Duration.ofSeconds(positive(o.connectSeconds(), "connectSeconds")),
                Duration.ofSeconds(positive(o.stallSeconds(), "stallSeconds")),
                positive(o.attempts(), "attempts"));
    }

    private static int positive(int value, String key) {
        if (value <= 0) {
            throw wrong(key, value + " is not above 0");
        }
        return value;
    }

    private static URI mirror(String text) {
        try {
            URI uri = URI.create(text.endsWith("/") ? text : text + "/");
            String scheme = uri.getScheme();
            if (("https".equals(scheme) || "http".equals(scheme))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw wrong("mirrors", "\"" + text + "\" is no URL: " + e.getMessage());
        }
        throw wrong("mirrors", "\"" + text + "\" is no URL such as https://mirror.example");
    }

    static EngineException wrong(String key, String why) {
        return EngineException.invalid("configuration " + PID + ": " + key + ": " + why);
    }
}
