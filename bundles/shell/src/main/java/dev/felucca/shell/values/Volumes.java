package dev.felucca.shell.values;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.VolumeMount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The short syntax of {@code -v}: {@code [SOURCE:]TARGET[:OPTION,...]}, and that of {@code --tmpfs}. */
public final class Volumes {
    static final Set<String> PROPAGATIONS = Set.of("private", "rprivate", "shared", "rshared", "slave", "rslave");
    private static final Path SELINUX = Path.of("/sys/fs/selinux/enforce");

    private Volumes() {}

    /** @param directory what a relative source refers to */
    public static VolumeMount parse(String spec, Path directory) {
        String[] parts = spec.split(":", -1);
        if (parts.length > 3)
            throw EngineException.invalid("too many colons; give [SOURCE:]TARGET[:OPTIONS], such as ./data:/data:ro");
        for (String p : parts)
            if (p.isEmpty())
                throw EngineException.invalid(
                        "empty section between colons; give [SOURCE:]TARGET[:OPTIONS], such as ./data:/data:ro");
        if (parts.length == 1) return new VolumeMount("volume", "", target(parts[0]), false, null, false, false, "");
        String source = parts[0];
        boolean bind = isPath(source);
        Options o = new Options();
        if (parts.length == 3) for (String option : parts[2].split(",", -1)) o.take(option);
        if (bind && o.noCopy) throw EngineException.invalid("nocopy is for volumes, not for bind mounts");
        if (!bind && o.propagation != null)
            throw EngineException.invalid(
                    "the propagation \"" + o.propagation + "\" is for bind mounts, not for volumes");
        if (!bind) volumeName(source);
        return new VolumeMount(
                bind ? "bind" : "volume",
                bind ? absolute(source, directory) : source,
                target(parts[1]),
                o.readOnly,
                o.propagation,
                bind,
                o.noCopy,
                "");
    }

    /** {@code /run[:size=64m,mode=1777]}. */
    public static VolumeMount tmpfs(String spec) {
        String[] parts = spec.split(":", 2);
        return new VolumeMount(
                "tmpfs", "", target(parts[0]), false, null, false, false, parts.length > 1 ? parts[1] : "");
    }

    private static boolean isPath(String source) {
        return source.startsWith("/")
                || source.equals(".")
                || source.equals("..")
                || source.startsWith("./")
                || source.startsWith("../");
    }

    static String absolute(String source, Path directory) {
        return directory.resolve(source).normalize().toString();
    }

    static String target(String path) {
        if (!path.startsWith("/"))
            throw EngineException.invalid("the path in the container must be absolute, \"" + path + "\" is not");
        String normal = Path.of(path).normalize().toString();
        if (normal.equals("/")) throw EngineException.invalid("nothing can be mounted over the container's /");
        return normal;
    }

    static String volumeName(String name) {
        if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]+"))
            throw EngineException.invalid("\"" + name
                    + "\" is no name for a volume (two or more letters, digits, _ . -); a path starts with / or ./");
        return name;
    }

    private static final class Options {
        private final Set<String> seen = new HashSet<>();
        private boolean readOnly;
        private boolean noCopy;
        private @Nullable String propagation;

        void take(String option) {
            String group = "option";
            switch (option) {
                case "ro", "rw" -> {
                    group = "mode";
                    readOnly = option.equals("ro");
                }
                case "nocopy" -> noCopy = true;
                case "z", "Z" -> {
                    group = "label";
                    // without SELinux there are no labels, so there is nothing to do
                    if (Files.exists(SELINUX))
                        throw EngineException.unsupported("not supported: relabelling for SELinux (" + option + ")");
                }
                case "consistent", "cached", "delegated" ->
                    group = "consistency"; // all the same on Linux, as docker has it
                default -> {
                    if (!PROPAGATIONS.contains(option))
                        throw EngineException.invalid(
                                "unknown option \"" + option
                                        + "\"; there are ro, rw, nocopy, z, Z, private, rprivate, shared, rshared, slave, rslave");
                    group = "propagation";
                    propagation = option;
                }
            }
            if (!seen.add(group.equals("option") ? option : group))
                throw EngineException.invalid("\"" + option + "\" contradicts or repeats another option");
        }
    }
}
