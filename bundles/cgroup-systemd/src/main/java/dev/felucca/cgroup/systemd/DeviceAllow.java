package dev.felucca.cgroup.systemd;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.LinuxDeviceCgroup;
import dev.felucca.door.cgroup.DeviceRule;
import java.util.ArrayList;
import java.util.List;

/**
 * Device rules as systemd keeps them: it writes them again at each reload, so they are its alone. It knows a policy and a list of
 * what is allowed (systemd.resource-control(5)), and no exception from the list.
 */
final class DeviceAllow {
    private DeviceAllow() {}

    /**
     * @param rules the whole list; later ones override earlier ones
     * @throws EngineException UNSUPPORTED if the rules allow something with exceptions
     */
    static List<Property> of(List<LinuxDeviceCgroup> rules) {
        List<Property.Pair> allowed = new ArrayList<>();
        boolean all = true;
        for (DeviceRule rule : DeviceRule.of(rules)) {
            if (rule.total()) {
                all = rule.allow();
                allowed.clear();
            } else if (!rule.allow() && (all || !allowed.isEmpty())) {
                throw EngineException.unsupported("device rule \"deny " + String.join(", ", rule.lines())
                        + "\": systemd knows no exceptions from what is allowed; deny everything first and then allow, or use the"
                        + " cgroup manager raw");
            } else if (rule.allow() && !all) {
                rule.lines().forEach(line -> allowed.add(pair(line)));
            }
        }
        return List.of(
                Property.of("DevicePolicy", all ? "auto" : "strict"),
                // An empty list empties the one that is there.
                Property.pairs("DeviceAllow", List.of()),
                Property.pairs("DeviceAllow", allowed));
    }

    /** A line such as {@code c 1:3 rwm}. */
    private static Property.Pair pair(String line) {
        String[] f = line.split("[ :]");
        boolean block = f[0].equals("b");
        String device = f[2].equals("*")
                ? (block ? "block-" : "char-") + f[1]
                : "/dev/" + (block ? "block/" : "char/") + f[1] + ":" + f[2];
        if (f[1].equals("*") && !f[2].equals("*")) {
            throw EngineException.unsupported(
                    "device rule \"" + line + "\": systemd knows no minor number of every major one");
        }
        return new Property.Pair(device, f[3]);
    }
}
