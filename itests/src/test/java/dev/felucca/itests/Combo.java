package dev.felucca.itests;

import dev.felucca.api.container.ContainerInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One choice of drivers for a container. */
record Combo(String storage, String cgroup, String namespace, String runtime) {
    private static final List<String> STORAGE = List.of("overlay", "vfs");
    private static final List<String> CGROUP = List.of("raw", "systemd");
    private static final List<String> NAMESPACE = List.of("clone", "setns");
    private static final List<String> RUNTIME = List.of("inprocess", "native", "runc", "crun");
    private static final List<Path> PROGRAMS = List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"));

    static final Combo DEFAULT = new Combo("overlay", "raw", "clone", "inprocess");

    /** The whole matrix. */
    static List<Combo> all() {
        List<Combo> all = new ArrayList<>();
        for (String r : RUNTIME) {
            for (String s : STORAGE) {
                for (String c : CGROUP) {
                    for (String n : NAMESPACE) {
                        all.add(new Combo(s, c, n, r));
                    }
                }
            }
        }
        return all;
    }

    /** What can run on this host. */
    static List<Combo> here() {
        return all().stream().filter(c -> c.missing().isEmpty()).toList();
    }

    /**
     * Those with which every scene is run: each runtime with each storage driver, each namespace strategy and each cgroup manager, not
     * all with all, for which {@link CombinationsIT} is there. In the passes under other conditions, those that may mind: pinned namespaces.
     */
    static List<Combo> scenes() {
        Stream<Combo> some = Roots.PASS.isEmpty()
                ? here().stream().filter(c -> c.storage.equals("overlay") == c.namespace.equals("clone"))
                : here().stream().filter(c -> c.storage.equals("overlay") && c.namespace.equals("setns"));
        return some.toList();
    }

    /** Those of which no other program is a part. */
    static List<Combo> ours() {
        return here().stream().filter(c -> !c.isOci()).toList();
    }

    /** Those whose containers end with the engine. */
    static List<Combo> inProcess() {
        return here().stream().filter(c -> c.runtime.equals("inprocess")).toList();
    }

    /** What a container was made with. */
    static Combo of(ContainerInfo c) {
        return new Combo(c.storage(), c.cgroup(), c.namespace(), c.runtime());
    }

    /** Whether the runtime is a program of its own, with its own control groups, words and ways. */
    boolean isOci() {
        return runtime.equals("runc") || runtime.equals("crun");
    }

    /** Why it cannot run on this host. */
    Optional<String> missing() {
        if (cgroup.equals("systemd") && !Files.isDirectory(Path.of("/run/systemd/system"))) {
            return Optional.of("no systemd is this host's service manager");
        }
        return isOci() && PROGRAMS.stream().noneMatch(p -> Files.isExecutable(p.resolve(runtime)))
                ? Optional.of(runtime + " is not installed")
                : Optional.empty();
    }

    @Override
    public String toString() {
        return String.join("/", storage, cgroup, namespace, runtime);
    }
}
