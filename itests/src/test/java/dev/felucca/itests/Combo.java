package dev.felucca.itests;

import java.util.ArrayList;
import java.util.List;

/** One choice of drivers for a container. */
record Combo(String storage, String cgroup, String namespace, String runtime) {
    private static final List<String> STORAGE = List.of("overlay", "vfs");
    private static final List<String> CGROUP = List.of("raw");
    private static final List<String> NAMESPACE = List.of("clone", "setns");
    private static final List<String> RUNTIME = List.of("inprocess");

    static final Combo DEFAULT = all().get(0);

    /** The whole matrix. */
    static List<Combo> all() {
        List<Combo> all = new ArrayList<>();
        for (String s : STORAGE) {
            for (String c : CGROUP) {
                for (String n : NAMESPACE) {
                    for (String r : RUNTIME) {
                        all.add(new Combo(s, c, n, r));
                    }
                }
            }
        }
        return all;
    }

    @Override
    public String toString() {
        return String.join("/", storage, cgroup, namespace, runtime);
    }
}
