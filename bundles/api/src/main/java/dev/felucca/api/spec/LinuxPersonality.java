package dev.felucca.api.spec;

import java.util.List;

/**
 * Execution domain (personality(2)).
 *
 * @param domain {@code LINUX} or {@code LINUX32}
 */
public record LinuxPersonality(String domain, List<String> flags) {
    public LinuxPersonality {
        Spec.required(domain, "linux.personality.domain");
        flags = Copies.of(flags);
    }
}
