package dev.felucca.docker.json;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.VolumeMount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads Binds, Mounts and Tmpfs of a HostConfig. */
final class MountsBody {
    private static final Set<String> PROPAGATIONS =
            Set.of("private", "rprivate", "shared", "rshared", "slave", "rslave");
    private static final Path SELINUX = Path.of("/sys/fs/selinux/enforce");

    private final Fields f;

    MountsBody(Fields f) {
        this.f = f;
    }

    List<VolumeMount> mounts() {
        List<VolumeMount> all = new ArrayList<>();
        f.texts("Binds").forEach(b -> all.add(bind(b)));
        f.objects("Mounts").forEach(m -> all.add(mount(m)));
        f.map("Tmpfs")
                .forEach((target, options) ->
                        all.add(new VolumeMount("tmpfs", "", target, false, null, false, false, options)));
        return all;
    }

    /** {@code [SOURCE:]TARGET[:OPTION,...]}. */
    static VolumeMount bind(String text) {
        String[] p = text.split(":", -1);
        if (p.length > 3 || List.of(p).contains("")) {
            throw EngineException.invalid("invalid volume specification: '" + text + "'");
        }
        if (p.length == 1) {
            return new VolumeMount("volume", "", p[0], false, null, false, false, "");
        }
        boolean path = p[0].startsWith("/");
        if (!path && p[0].startsWith(".")) {
            throw EngineException.invalid("invalid volume specification: '" + text + "': the source must be absolute");
        }
        boolean readOnly = false;
        boolean noCopy = false;
        String propagation = null;
        for (String option : p.length == 3 ? p[2].split(",", -1) : new String[0]) {
            switch (option) {
                case "ro" -> readOnly = true;
                case "nocopy" -> noCopy = true;
                case "rw",
                        "consistent",
                        "cached",
                        "delegated" -> {} // the default, and words for other systems than Linux
                case "z", "Z" -> {
                    // without SELinux there are no labels, so there is nothing to do
                    if (Files.exists(SELINUX)) {
                        throw EngineException.unsupported("not supported: relabelling for SELinux: '" + text + "'");
                    }
                }
                default -> {
                    if (!PROPAGATIONS.contains(option)) {
                        throw EngineException.invalid("invalid mode: " + option + " in '" + text + "'");
                    }
                    propagation = option;
                }
            }
        }
        return new VolumeMount(path ? "bind" : "volume", p[0], p[1], readOnly, propagation, path, noCopy, "");
    }

    private static VolumeMount mount(Fields m) {
        String type = m.text("Type", "");
        String source = m.text("Source", "");
        String target = m.text("Target", "");
        boolean readOnly = m.flag("ReadOnly");
        m.told("Consistency");
        String propagation = null;
        boolean create = false;
        boolean noCopy = false;
        String options = "";
        switch (type) {
            case "bind" -> {
                Fields bind = m.object("BindOptions");
                if (bind != null) {
                    propagation = bind.textOrNull("Propagation");
                    create = bind.flag("CreateMountpoint");
                    bind.done();
                }
            }
            case "volume" -> {
                Fields volume = m.object("VolumeOptions");
                if (volume != null) {
                    noCopy = volume.flag("NoCopy");
                    driver(volume.object("DriverConfig"));
                    volume.done();
                }
            }
            case "tmpfs" -> options = tmpfs(m.object("TmpfsOptions"));
            default ->
                throw EngineException.invalid("invalid mount config for type \"" + type + "\": mount type unknown");
        }
        m.done();
        return new VolumeMount(type, source, target, readOnly, propagation, create, noCopy, options);
    }

    private static void driver(@Nullable Fields driver) {
        if (driver == null) {
            return;
        }
        String name = driver.text("Name", "local");
        if (!name.equals("local")) {
            throw EngineException.unsupported("not supported: volume driver " + name + "; there is local");
        }
        Map<String, String> options = driver.map("Options");
        if (!options.isEmpty()) {
            throw EngineException.unsupported(
                    "not supported: options of a volume in a mount; create the volume with its options first");
        }
        driver.done();
    }

    private static String tmpfs(@Nullable Fields tmpfs) {
        if (tmpfs == null) {
            return "";
        }
        List<String> options = new ArrayList<>();
        Long size = tmpfs.positive("SizeBytes");
        if (size != null) {
            options.add("size=" + size);
        }
        Long mode = tmpfs.positive("Mode");
        if (mode != null) {
            options.add("mode=" + Long.toOctalString(mode));
        }
        tmpfs.done();
        return String.join(",", options);
    }
}
