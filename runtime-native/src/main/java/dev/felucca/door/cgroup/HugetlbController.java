package dev.felucca.door.cgroup;

import dev.felucca.api.EngineException;
import dev.felucca.api.cgroup.CgroupStats.Hugetlb;
import dev.felucca.api.spec.LinuxResources;
import java.io.File;
import java.util.Set;
import java.util.TreeSet;

/**
 * Huge pages by size. Two limits each: pages in use, and pages reserved, which is what makes mmap(2) fail in place of a
 * SIGBUS later.
 */
final class HugetlbController extends Controller {
    private static final String SYSFS = "/sys/kernel/mm/hugepages";
    private static final String[] UNITS = {"KB", "MB", "GB"};

    HugetlbController() {
        super("hugetlb", "hugetlb");
    }

    @Override
    String limits(LinuxResources r) {
        return r.hugepageLimits().isEmpty() ? "" : "a limit of huge pages";
    }

    @Override
    void set(GroupDir group, LinuxResources r, boolean fresh) {
        for (var limit : r.hugepageLimits()) {
            if (!sizes().contains(limit.pageSize())) {
                throw EngineException.invalid(
                        "this host has no huge pages of " + limit.pageSize() + ", only of " + sizes());
            }
            String prefix = "hugetlb." + limit.pageSize() + ".";
            String value = Long.toUnsignedString(limit.limit());
            group.write(prefix + (group.unified() ? "max" : "limit_in_bytes"), value);
            String reserved = prefix + "rsvd." + (group.unified() ? "max" : "limit_in_bytes");
            // Since Linux 5.7.
            if (group.has(reserved)) {
                group.write(reserved, value);
            }
        }
    }

    @Override
    void stats(GroupDir group, StatsBuilder into) {
        for (String size : sizes()) {
            String prefix = "hugetlb." + size + ".";
            if (group.unified()) {
                if (group.has(prefix + "current")) {
                    Long failures = StatsBuilder.keyed(group.readIfThere(prefix + "events"))
                            .getOrDefault("max", -1L);
                    into.hugetlb.put(size, new Hugetlb(StatsBuilder.number(group, prefix + "current"), -1, failures));
                }
            } else {
                into.hugetlb.put(
                        size,
                        new Hugetlb(
                                StatsBuilder.number(group, prefix + "usage_in_bytes"),
                                StatsBuilder.number(group, prefix + "max_usage_in_bytes"),
                                StatsBuilder.number(group, prefix + "failcnt")));
            }
        }
    }

    /** Page sizes of this host as the cgroup files name them: 2MB, 1GB, 64KB. */
    static Set<String> sizes() {
        Set<String> sizes = new TreeSet<>();
        String[] names = new File(SYSFS).list();
        if (names != null) {
            for (String name : names) {
                sizes.add(size(name));
            }
        }
        return sizes;
    }

    /** {@code hugepages-2048kB} is 2MB. */
    static String size(String directory) {
        long kib = Long.parseLong(directory.substring("hugepages-".length(), directory.length() - 2));
        int unit = 0;
        while (kib >= 1024 && unit < UNITS.length - 1) {
            kib /= 1024;
            unit++;
        }
        return kib + UNITS[unit];
    }
}
