package dev.felucca.core.security;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.SeccompArch;

/**
 * What of the host decides about conditional rules.
 *
 * @param arch as profiles name it: {@code amd64}, {@code arm64}
 * @param kernel release, such as {@code 6.1.0-13-amd64}
 */
record SeccompHost(String arch, String kernel) {
    /** The machine that the engine runs on. */
    static SeccompHost here() {
        String arch = System.getProperty("os.arch", "");
        return new SeccompHost(arch.equals("aarch64") ? "arm64" : arch, System.getProperty("os.version", ""));
    }

    SeccompArch seccompArch() {
        return switch (arch) {
            case "amd64" -> SeccompArch.X86_64;
            case "arm64" -> SeccompArch.AARCH64;
            default -> throw EngineException.unsupported("seccomp profiles are not supported on " + arch);
        };
    }

    /** Whether the kernel is at least {@code version}, {@code MAJOR.MINOR}; what follows the two numbers does not count. */
    boolean atLeast(String version) {
        int[] wanted = numbers(version, true);
        int[] present = numbers(kernel, false);
        return present[0] != wanted[0] ? present[0] > wanted[0] : present[1] >= wanted[1];
    }

    private static int[] numbers(String text, boolean exact) {
        var matcher =
                java.util.regex.Pattern.compile("(\\d{1,5})\\.(\\d{1,5})(.*)").matcher(text);
        if (!matcher.matches() || (exact && !matcher.group(3).isEmpty())) {
            throw EngineException.invalid(
                    "seccomp profile: \"" + text + "\" is no kernel version (expected \"<kernel>.<major>\")");
        }
        return new int[] {Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))};
    }
}
