package dev.felucca.door.cgroup;

/** Weights of v1 and of the runtime spec as v2's. */
public final class Weights {
    private static final long MIN_SHARES = 2;
    private static final long MAX_SHARES = 262_144;

    private Weights() {}

    /**
     * v1's CPU shares (2 to 262144, 1024 by default) as v2's weight (1 to 10000, 100 by default): a curve through the three
     * pairs, the one that runc and crun use since 2025.
     */
    public static long cpu(long shares) {
        if (shares <= MIN_SHARES) {
            return 1;
        }
        if (shares >= MAX_SHARES) {
            return 10_000;
        }
        double l = Math.log((double) shares) / Math.log(2);
        double exponent = (l * l + 125 * l) / 612.0 - 7.0 / 34.0;
        // Rounding errors must not lift an exact 100 to 101.
        return (long) Math.ceil(Math.pow(10, exponent) - 1e-9);
    }

    /** A block I/O weight of 10 to 1000 as 1 to 10000, linear as in runc. */
    public static long io(int weight) {
        return 1 + (weight - 10) * 9999L / 990;
    }
}
