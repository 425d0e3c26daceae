package dev.felucca.shell.values;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.VolumeMount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The long syntax of {@code --mount}: {@code type=bind,source=/x,target=/y,readonly}. */
public final class Mounts {
    private String type = "volume";
    private @Nullable String source;
    private @Nullable String target;
    private boolean readOnly;
    private boolean noCopy;
    private @Nullable String propagation;
    private final List<String> tmpfs = new ArrayList<>();

    private Mounts() {}

    public static VolumeMount parse(String spec, Path directory) {
        Mounts m = new Mounts();
        for (String field : fields(spec)) {
            int eq = field.indexOf('=');
            String key = (eq < 0 ? field : field.substring(0, eq)).toLowerCase(Locale.ROOT);
            m.take(key, eq < 0 ? null : field.substring(eq + 1));
        }
        return m.build(directory);
    }

    /** Comma-separated values with quotes, as RFC 4180 has them. */
    static List<String> fields(String spec) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < spec.length(); i++) {
            char c = spec.charAt(i);
            if (c == '"' && quoted && i + 1 < spec.length() && spec.charAt(i + 1) == '"') {
                field.append('"');
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        if (quoted) throw EngineException.invalid("a quote is not closed");
        fields.add(field.toString());
        return fields;
    }

    private void take(String key, @Nullable String value) {
        switch (key) {
            case "readonly", "ro" -> readOnly = value == null || bool(key, value);
            case "volume-nocopy" -> noCopy = value == null || bool(key, value);
            case "type" -> type = need(key, value).toLowerCase(Locale.ROOT);
            case "source", "src" -> source = need(key, value);
            case "target", "dst", "destination" -> target = need(key, value);
            case "bind-propagation" -> {
                propagation = need(key, value);
                if (!Volumes.PROPAGATIONS.contains(propagation))
                    throw EngineException.invalid("invalid value for bind-propagation: " + propagation
                            + "; there are private, rprivate, shared, rshared, slave, rslave");
            }
            case "tmpfs-size" -> tmpfs.add("size=" + Sizes.bytes(need(key, value)));
            case "tmpfs-mode" -> tmpfs.add("mode=" + mode(need(key, value)));
            case "volume-driver" -> {
                if (!need(key, value).equals("local"))
                    throw EngineException.unsupported("not supported: volume-driver " + value);
            }
            case "consistency" -> {
                // all the same on Linux, as docker has it
                if (!List.of("default", "consistent", "cached", "delegated").contains(need(key, value)))
                    throw EngineException.invalid("invalid value for consistency: " + value);
            }
            case "bind-recursive",
                    "bind-nonrecursive",
                    "bind-create-src",
                    "volume-label",
                    "volume-opt",
                    "volume-subpath",
                    "image-subpath" -> throw EngineException.unsupported("not supported: " + key);
            default -> throw EngineException.invalid("unexpected key '" + key + "' in a mount");
        }
    }

    private static String need(String key, @Nullable String value) {
        if (value == null || value.isEmpty())
            throw EngineException.invalid("invalid field '" + key + "', must be a key=value pair");
        return value;
    }

    private static boolean bool(String key, String value) {
        try {
            return Sizes.bool(value);
        } catch (EngineException e) {
            throw new EngineException(e.kind(), "invalid value for " + key + ": " + value, e);
        }
    }

    private static String mode(String value) {
        if (!value.matches("[0-7]{1,4}")) throw EngineException.invalid("invalid value for tmpfs-mode: " + value);
        return value;
    }

    private VolumeMount build(Path directory) {
        if (target == null) throw EngineException.invalid("target is required");
        String from = source == null ? "" : source;
        boolean bind = type.equals("bind");
        switch (type) {
            case "bind" -> {
                if (source == null) throw EngineException.invalid("source is required for a bind mount");
                from = Volumes.absolute(from, directory);
            }
            case "volume" -> {
                if (!from.isEmpty()) Volumes.volumeName(from);
            }
            case "tmpfs" -> {
                if (source != null) throw EngineException.invalid("a tmpfs has no source");
            }
            default -> throw EngineException.invalid("unknown type \"" + type + "\"; there are bind, volume and tmpfs");
        }
        if (!bind && propagation != null) throw EngineException.invalid("bind-propagation is for type=bind only");
        if (noCopy && !type.equals("volume")) throw EngineException.invalid("volume-nocopy is for type=volume only");
        if (!tmpfs.isEmpty() && !type.equals("tmpfs"))
            throw EngineException.invalid("tmpfs-... is for type=tmpfs only");
        return new VolumeMount(
                type, from, Volumes.target(target), readOnly, propagation, false, noCopy, String.join(",", tmpfs));
    }
}
