package dev.felucca.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.container.Healthcheck;
import dev.felucca.api.image.ImageConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Dockerfile instructions that only change the configuration, as {@code docker import --change} takes them. */
final class Changes {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private String user;
    private String workingDir;
    private final TreeSet<String> ports = new TreeSet<>();
    private final TreeSet<String> volumes = new TreeSet<>();
    private final List<String> env = new ArrayList<>();
    private List<String> entrypoint;
    private List<String> cmd;
    private final Map<String, String> labels = new TreeMap<>();
    private @Nullable String stopSignal;
    private @Nullable Healthcheck healthcheck;

    private Changes(ImageConfig base) {
        user = base.user();
        workingDir = base.workingDir();
        ports.addAll(base.exposedPorts());
        volumes.addAll(base.volumes());
        env.addAll(base.env());
        entrypoint = base.entrypoint();
        cmd = base.cmd();
        labels.putAll(base.labels());
        stopSignal = base.stopSignal();
        healthcheck = base.healthcheck();
    }

    static ImageConfig apply(List<String> instructions) {
        return apply(ImageConfig.EMPTY, instructions);
    }

    static ImageConfig apply(ImageConfig base, List<String> instructions) {
        Changes c = new Changes(base);
        for (String i : instructions) {
            c.one(i.strip());
        }
        return new ImageConfig(
                c.user,
                c.ports,
                c.env,
                c.entrypoint,
                c.cmd,
                c.volumes,
                c.workingDir,
                c.labels,
                c.stopSignal,
                c.healthcheck);
    }

    private void one(String line) {
        String[] split = line.split("\\s+", 2);
        String name = split[0].toUpperCase(Locale.ROOT);
        String rest = split.length < 2 ? "" : split[1].strip();
        if (rest.isEmpty()) {
            throw EngineException.invalid(
                    "change \"" + line + "\": " + (name.isEmpty() ? "it is empty" : name + " requires arguments"));
        }
        Words words = new Words(env, line);
        switch (name) {
            case "CMD" -> cmd = command(rest);
            case "ENTRYPOINT" -> entrypoint = command(rest);
            case "ENV" -> words.pairs(rest).forEach((k, v) -> setEnv(k, v));
            case "LABEL" -> labels.putAll(words.pairs(rest));
            case "EXPOSE" -> words.list(rest).forEach(p -> ports.addAll(Ports.parse(p)));
            case "VOLUME" -> volumes.addAll(array(rest) ? strings(rest) : words.list(rest));
            case "USER" -> user = words.expand(rest);
            case "WORKDIR" -> workingDir = join(workingDir, words.expand(rest));
            case "STOPSIGNAL" -> stopSignal = words.expand(rest);
            case "HEALTHCHECK" -> healthcheck = HealthcheckLine.parse(rest, Changes::command, line);
            default ->
                throw EngineException.invalid(
                        "change \"" + line + "\": " + name
                                + " is not supported here; CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, STOPSIGNAL, USER, VOLUME and WORKDIR are");
        }
    }

    private void setEnv(String key, String value) {
        env.removeIf(e -> e.startsWith(key + "="));
        env.add(key + "=" + value);
    }

    private static String join(String base, String path) {
        String joined = path.startsWith("/") ? path : (base.isEmpty() ? "/" : base + "/") + path;
        return java.nio.file.Path.of(joined).normalize().toString();
    }

    private static boolean array(String text) {
        return text.startsWith("[") && !strings(text).isEmpty();
    }

    /** A JSON array of strings, or a line for the shell. */
    static List<String> command(String text) {
        return text.startsWith("[") && isStrings(text) ? strings(text) : List.of("/bin/sh", "-c", text);
    }

    private static boolean isStrings(String text) {
        try {
            JsonNode n = MAPPER.readTree(text);
            if (!n.isArray()) {
                return false;
            }
            for (JsonNode e : n) {
                if (!e.isTextual()) {
                    return false;
                }
            }
            return true;
        } catch (JsonProcessingException e) {
            // Then it is a line for the shell, as in a Dockerfile.
            return false;
        }
    }

    private static List<String> strings(String text) {
        List<String> all = new ArrayList<>();
        if (isStrings(text)) {
            try {
                MAPPER.readTree(text).forEach(e -> all.add(e.textValue()));
            } catch (JsonProcessingException e) {
                throw EngineException.internal("JSON that was read before cannot be read", e);
            }
        }
        return all;
    }

    /** The configuration as it stands in an image; what is not set is not written. */
    static ObjectNode toJson(ImageConfig c) {
        ObjectNode n = Json.newObject();
        if (!c.user().isEmpty()) {
            n.put("User", c.user());
        }
        keys(n, "ExposedPorts", c.exposedPorts());
        texts(n, "Env", c.env());
        texts(n, "Entrypoint", c.entrypoint());
        texts(n, "Cmd", c.cmd());
        keys(n, "Volumes", c.volumes());
        if (!c.workingDir().isEmpty()) {
            n.put("WorkingDir", c.workingDir());
        }
        if (!c.labels().isEmpty()) {
            ObjectNode l = n.putObject("Labels");
            new TreeMap<>(c.labels()).forEach(l::put);
        }
        if (c.stopSignal() != null) {
            n.put("StopSignal", c.stopSignal());
        }
        if (c.healthcheck() != null) {
            n.set("Healthcheck", HealthcheckLine.toJson(c.healthcheck()));
        }
        return n;
    }

    private static void keys(ObjectNode n, String name, java.util.Set<String> keys) {
        if (!keys.isEmpty()) {
            ObjectNode o = n.putObject(name);
            new TreeSet<>(keys).forEach(o::putObject);
        }
    }

    private static void texts(ObjectNode n, String name, List<String> texts) {
        if (!texts.isEmpty()) {
            ArrayNode a = n.putArray(name);
            texts.forEach(a::add);
        }
    }
}
