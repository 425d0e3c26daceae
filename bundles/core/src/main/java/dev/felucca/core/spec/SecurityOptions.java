package dev.felucca.core.spec;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.spec.LinuxSeccomp;
import dev.felucca.core.security.SeccompProfiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code --security-opt} options of a container.
 *
 * @param seccomp {@code unconfined}, {@code builtin}, a profile (JSON, as docker clients send it) or the absolute path of one;
 *     null if none was named
 * @param systemPathsUnconfined nothing of /proc and /sys is masked or read-only
 * @param writableCgroups the container may change the groups below its own
 */
record SecurityOptions(
        boolean noNewPrivileges, @Nullable String seccomp, boolean systemPathsUnconfined, boolean writableCgroups) {

    private static final String KNOWN = "no-new-privileges, seccomp, apparmor, label, systempaths and writable-cgroups";

    static SecurityOptions parse(List<String> options) {
        boolean noNewPrivileges = false;
        String seccomp = null;
        boolean systemPaths = false;
        boolean writableCgroups = false;
        for (String option : options) {
            int sign = separator(option);
            String key = sign < 0 ? option : option.substring(0, sign);
            String value = sign < 0 ? null : option.substring(sign + 1);
            switch (key) {
                case "no-new-privileges" -> noNewPrivileges = bool(option, value);
                case "writable-cgroups" -> writableCgroups = bool(option, value);
                case "seccomp" -> seccomp = seccomp(option, value);
                case "apparmor" -> only(option, value, "unconfined", "AppArmor");
                case "label" -> only(option, value, "disable", "SELinux");
                case "systempaths" -> {
                    if (!"unconfined".equals(value)) {
                        throw invalid(option, "it can only be systempaths=unconfined");
                    }
                    systemPaths = true;
                }
                default -> throw invalid(option, "known are " + KNOWN);
            }
        }
        return new SecurityOptions(noNewPrivileges, seccomp, systemPaths, writableCgroups);
    }

    /**
     * The filter of a container with that bounding set, or null for none. A privileged one has none unless it was named.
     * Reads the file if one was named.
     */
    @Nullable
    LinuxSeccomp filter(HostConfig host, Set<String> bounding) {
        String wanted = seccomp == null ? (host.privileged() ? "unconfined" : "builtin") : seccomp;
        return switch (wanted) {
            case "unconfined" -> null;
            case "builtin" -> SeccompProfiles.defaultProfile(bounding);
            default -> SeccompProfiles.parse(profile(wanted)).resolve(bounding).orElse(null);
        };
    }

    private static byte[] profile(String wanted) {
        if (wanted.startsWith("{")) {
            return wanted.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Files.readAllBytes(HostPath.of("invalid --security-opt seccomp", wanted));
        } catch (IOException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID,
                    "opening seccomp profile (" + wanted + ") failed: " + e.getMessage(),
                    e);
        }
    }

    /** The first of {@code =} and the old form's {@code :}. */
    private static int separator(String option) {
        int equals = option.indexOf('=');
        return equals < 0 ? option.indexOf(':') : equals;
    }

    private static boolean bool(String option, @Nullable String value) {
        if (value == null || value.equals("true")) {
            return true;
        }
        if (value.equals("false")) {
            return false;
        }
        throw invalid(option, "it can only be true or false");
    }

    private static String seccomp(String option, @Nullable String value) {
        String profile = value == null ? "" : value.strip();
        if (profile.equals("unconfined") || profile.equals("builtin") || profile.startsWith("{")) {
            return profile;
        }
        if (!profile.startsWith("/") || profile.indexOf('\0') >= 0) {
            throw invalid(option, "it can be unconfined, builtin, a profile or the absolute path of one");
        }
        return profile;
    }

    private static void only(String option, @Nullable String value, String word, String module) {
        if (!word.equals(value)) {
            throw EngineException.unsupported("--security-opt " + option + ": " + module + " is not supported; only "
                    + word + " can be asked for");
        }
    }

    private static EngineException invalid(String option, String why) {
        return EngineException.invalid("invalid --security-opt: \"" + option + "\": " + why);
    }
}
