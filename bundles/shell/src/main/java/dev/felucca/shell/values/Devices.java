package dev.felucca.shell.values;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.DeviceMapping;
import dev.felucca.api.container.Resources.DeviceRate;
import dev.felucca.api.container.Ulimit;
import java.util.Set;

/** Devices, their rates and rules, and resource limits. */
public final class Devices {
    private static final Set<String> ULIMITS = Set.of(
            "core",
            "cpu",
            "data",
            "fsize",
            "locks",
            "memlock",
            "msgqueue",
            "nice",
            "nofile",
            "nproc",
            "rss",
            "rtprio",
            "rttime",
            "sigpending",
            "stack");

    private Devices() {}

    /** {@code /dev/x[:/dev/y][:rwm]}. */
    public static DeviceMapping device(String text) {
        String[] p = text.split(":", -1);
        String permissions = "rwm";
        String inside = p[0];
        if (p.length > 3) throw malformed();
        if (p.length == 3) {
            inside = p[1];
            permissions = p[2];
        } else if (p.length == 2) {
            if (p[1].matches("[rwm]{1,3}")) permissions = p[1];
            else inside = p[1];
        }
        if (!p[0].startsWith("/") || !inside.startsWith("/")) throw malformed();
        if (!permissions.matches("[rwm]{1,3}"))
            throw EngineException.invalid("\"" + permissions + "\" are no permissions; give some of r, w, m");
        return new DeviceMapping(p[0], inside, permissions);
    }

    private static EngineException malformed() {
        return EngineException.invalid(
                "give absolute paths as HOST[:CONTAINER][:PERMISSIONS], such as /dev/fuse:/dev/fuse:rw");
    }

    /** {@code c 10:229 rwm}. */
    public static String rule(String text) {
        if (!text.matches("[acb] (\\d+|\\*):(\\d+|\\*) [rwm]{1,3}"))
            throw EngineException.invalid(
                    "give TYPE MAJOR:MINOR PERMISSIONS, such as \"c 10:229 rwm\"; * is any number");
        return text;
    }

    /** {@code /dev/sda:1mb} for bytes a second. */
    public static DeviceRate bytesRate(String text) {
        return rate(text, Sizes.bytes(number(text)));
    }

    /** {@code /dev/sda:1000} for operations a second. */
    public static DeviceRate operationsRate(String text) {
        long n = Sizes.integer(number(text));
        if (n < 0) throw EngineException.invalid("the rate must not be negative");
        return rate(text, n);
    }

    private static DeviceRate rate(String text, long rate) {
        return new DeviceRate(text.substring(0, text.lastIndexOf(':')), rate);
    }

    private static String number(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !text.startsWith("/dev/"))
            throw EngineException.invalid("give DEVICE:RATE with a device below /dev, such as /dev/sda:1mb");
        return text.substring(colon + 1);
    }

    /** {@code nofile=1024[:2048]}. */
    public static Ulimit ulimit(String text) {
        String[] nameAndValue = text.split("=", 2);
        String name = nameAndValue[0];
        if (!ULIMITS.contains(name))
            throw EngineException.invalid("there is no limit \"" + name + "\"; see setrlimit(2)");
        if (nameAndValue.length < 2) throw EngineException.invalid("give NAME=SOFT[:HARD], such as nofile=1024:2048");
        String[] values = nameAndValue[1].split(":", -1);
        if (values.length > 2) throw EngineException.invalid("too many limits; give NAME=SOFT[:HARD]");
        long soft = limit(values[0]);
        long hard = values.length == 2 ? limit(values[1]) : soft;
        if (hard != -1 && (soft == -1 || soft > hard))
            throw EngineException.invalid("the soft limit must not be above the hard limit");
        return new Ulimit(name, soft, hard);
    }

    private static long limit(String text) {
        if (text.equals("unlimited")) return -1;
        long n = Sizes.integer(text);
        if (n < -1) throw EngineException.invalid("a limit is not negative; -1 is none");
        return n;
    }
}
