package dev.felucca.core.spec;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.VolumeMount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Options of {@code --tmpfs}, such as {@code size=64m,mode=1777,exec} (tmpfs(5)). */
final class TmpfsOptions {
    /** An option and what it takes back. */
    private static final Map<String, String> OPPOSITES = Map.ofEntries(
            Map.entry("ro", "rw"), Map.entry("rw", "ro"),
            Map.entry("exec", "noexec"), Map.entry("noexec", "exec"),
            Map.entry("suid", "nosuid"), Map.entry("nosuid", "suid"),
            Map.entry("dev", "nodev"), Map.entry("nodev", "dev"),
            Map.entry("noatime", "atime"), Map.entry("atime", "noatime"),
            Map.entry("nodiratime", "diratime"), Map.entry("diratime", "nodiratime"),
            Map.entry("relatime", "norelatime"), Map.entry("norelatime", "relatime"),
            Map.entry("strictatime", "nostrictatime"), Map.entry("nostrictatime", "strictatime"));

    private static final Map<String, Pattern> DATA = Map.of(
            "size", Pattern.compile("\\d{1,18}[kKmMgG]?|\\d{1,3}%"),
            "mode", Pattern.compile("[0-7]{1,4}"),
            "uid", Pattern.compile("\\d{1,10}"),
            "gid", Pattern.compile("\\d{1,10}"),
            "nr_inodes", Pattern.compile("\\d{1,18}[kKmMgG]?"),
            "nr_blocks", Pattern.compile("\\d{1,18}[kKmMgG]?"),
            "mpol", Pattern.compile("[a-z=:0-9,-]+"));

    private TmpfsOptions() {}

    /** The mount's options over docker's defaults; a later one overrides an earlier one. INVALID names a wrong one. */
    static List<String> of(VolumeMount mount) {
        List<String> options = new ArrayList<>(List.of("noexec", "nosuid", "nodev"));
        for (String option : mount.options().split(",")) {
            if (!option.isEmpty()) {
                add(options, option);
            }
        }
        if (mount.readOnly()) {
            add(options, "ro");
        }
        return options;
    }

    private static void add(List<String> options, String option) {
        int equals = option.indexOf('=');
        if (equals < 0) {
            String opposite = OPPOSITES.get(option);
            if (opposite == null) {
                throw invalid(option);
            }
            options.removeIf(o -> o.equals(opposite) || o.equals(option));
        } else {
            String key = option.substring(0, equals);
            Pattern value = DATA.get(key);
            if (value == null || !value.matcher(option.substring(equals + 1)).matches()) {
                throw invalid(option);
            }
            options.removeIf(o -> o.startsWith(key + "="));
        }
        options.add(option);
    }

    private static EngineException invalid(String option) {
        return EngineException.invalid("invalid tmpfs option [\"" + option + "\"]");
    }
}
