package dev.felucca.api.spec;

/**
 * Limit of huge pages of one size.
 *
 * @param pageSize such as {@code 2MB}, {@code 1GB}
 * @param limit bytes
 */
public record LinuxHugepageLimit(String pageSize, long limit) {
    public LinuxHugepageLimit {
        Spec.required(pageSize, "linux.resources.hugepageLimits[].pageSize");
    }
}
