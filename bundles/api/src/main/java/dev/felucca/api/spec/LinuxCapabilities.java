package dev.felucca.api.spec;

import java.util.List;

/**
 * The five capability sets of a process (capabilities(7)), by names such as {@code CAP_CHOWN}. What is not named is
 * dropped: an empty object means a process without any.
 */
public record LinuxCapabilities(
        List<String> bounding,
        List<String> effective,
        List<String> inheritable,
        List<String> permitted,
        List<String> ambient) {
    public static final LinuxCapabilities NONE =
            new LinuxCapabilities(List.of(), List.of(), List.of(), List.of(), List.of());

    public LinuxCapabilities {
        bounding = Copies.of(bounding);
        effective = Copies.of(effective);
        inheritable = Copies.of(inheritable);
        permitted = Copies.of(permitted);
        ambient = Copies.of(ambient);
    }

    /** Bounding, effective and permitted alike, as Docker gives them to root; nothing inheritable or ambient (CVE-2022-24769). */
    public static LinuxCapabilities of(List<String> names) {
        return new LinuxCapabilities(names, names, List.of(), names, List.of());
    }
}
