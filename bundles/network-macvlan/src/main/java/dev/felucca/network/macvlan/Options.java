package dev.felucca.network.macvlan;

import dev.felucca.api.EngineException;
import dev.felucca.api.network.NetworkInfo;
import java.util.Map;
import java.util.TreeSet;

/**
 * A network's options, under docker's names.
 *
 * @param parent name of the host's device
 * @param vlan number of the VLAN whose sub-device the parent is, as in {@code eth0.10}; 0 for none
 */
record Options(NetworkInfo network, String parent, String base, int vlan) {
    static final String PARENT = "parent";
    private static final int VLAN_MAX = 4094;

    /** INVALID or UNSUPPORTED, with the option's name. */
    static Options of(NetworkInfo network, Map<String, Map<String, Integer>> choices) {
        for (Map.Entry<String, String> o : network.options().entrySet()) {
            Map<String, Integer> values = choices.get(o.getKey());
            if (values == null && !o.getKey().equals(PARENT)) {
                TreeSet<String> known = new TreeSet<>(choices.keySet());
                known.add(PARENT);
                throw EngineException.unsupported("network " + network.name() + ": not supported: option " + o.getKey()
                        + "; known are " + String.join(", ", known));
            }
            if (values != null && !values.containsKey(o.getValue())) {
                throw EngineException.invalid("network option " + o.getKey() + "=" + o.getValue() + ": give one of "
                        + String.join(", ", new TreeSet<>(values.keySet())));
            }
        }
        String parent = network.options().get(PARENT);
        if (parent == null || parent.isEmpty()) {
            throw EngineException.invalid("network " + network.name()
                    + " needs a device of the host that its containers" + " are on the network of: -o parent=DEVICE");
        }
        int dot = parent.lastIndexOf('.');
        String number = parent.substring(dot + 1);
        if (dot < 1 || !number.matches("[0-9]{1,4}")) {
            return new Options(network, parent, parent, 0);
        }
        int vlan = Integer.parseInt(number);
        if (vlan < 1 || vlan > VLAN_MAX) {
            throw EngineException.invalid(
                    "network option parent=" + parent + ": a VLAN has a number from 1 to " + VLAN_MAX);
        }
        return new Options(network, parent, parent.substring(0, dot), vlan);
    }

    int choice(String option, Map<String, Integer> values, String otherwise) {
        Integer v = values.get(network.options().getOrDefault(option, otherwise));
        if (v == null) {
            throw EngineException.invalid("network option " + option + " is none of " + values.keySet());
        }
        return v;
    }
}
