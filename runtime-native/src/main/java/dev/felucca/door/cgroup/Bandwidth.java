package dev.felucca.door.cgroup;

/**
 * CPU time that a group may use.
 *
 * @param quota microseconds a period; -1 for no limit
 * @param period microseconds
 */
public record Bandwidth(long quota, long period) {
    /** Of a new group. */
    public static final Bandwidth NONE = new Bandwidth(-1, 100_000);

    static Bandwidth of(GroupDir group) {
        if (!group.unified()) {
            return new Bandwidth(
                    StatsBuilder.number(group, "cpu.cfs_quota_us"), StatsBuilder.number(group, "cpu.cfs_period_us"));
        }
        return group.readIfThere("cpu.max")
                .map(text -> text.strip().split(" "))
                .map(f -> new Bandwidth(f[0].equals("max") ? -1 : Long.parseLong(f[0]), Long.parseLong(f[1])))
                .orElse(NONE);
    }
}
