package dev.felucca.exec.shim;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.Linux;
import dev.felucca.api.spec.LinuxNamespace;
import dev.felucca.api.spec.Mount;
import dev.felucca.api.spec.PosixRlimit;
import dev.felucca.api.spec.Process;
import dev.felucca.api.spec.Root;
import dev.felucca.api.spec.Spec;
import dev.felucca.door.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fits a spec to what an OCI runtime can read. */
final class OciSpecs {
    /** What runtimes of the last years understand; crun 1.8 refuses to read more than 1.0. */
    private static final String VERSION = "1.0.2";

    private static final String NOFILE = "RLIMIT_NOFILE";
    private static final String SCOPE = ".scope";

    private OciSpecs() {}

    /**
     * @param namespaces with paths that the runtime can open
     * @param descriptors the limit that the engine had, which a runtime written in Go would raise
     */
    static Spec of(Spec spec, Process process, List<LinuxNamespace> namespaces, Processes.Limit descriptors) {
        Linux linux = spec.linux().toBuilder()
                .namespaces(namespaces)
                .cgroupsPath(cgroupsPath(spec.linux().cgroupsPath()))
                .build();
        return new Spec(
                VERSION,
                limited(process, descriptors),
                new Root("rootfs", spec.root().readonly()),
                spec.hostname(),
                spec.domainname(),
                spec.mounts(),
                spec.hooks(),
                spec.annotations(),
                linux);
    }

    static Process limited(Process process, Processes.Limit descriptors) {
        if (process.rlimits().stream().anyMatch(r -> r.type().equals(NOFILE))) {
            return process;
        }
        List<PosixRlimit> limits = new ArrayList<>(process.rlimits());
        limits.add(new PosixRlimit(NOFILE, descriptors.hard(), descriptors.soft()));
        return process.toBuilder().rlimits(limits).build();
    }

    /** A runtime that is told to use systemd wants slice, prefix and name of the scope in place of its group. */
    private static @Nullable String cgroupsPath(@Nullable String path) {
        if (path == null || !isScope(path)) {
            return path;
        }
        String[] parts = path.split("/");
        String unit = parts[parts.length - 1];
        String name = unit.substring(0, unit.length() - SCOPE.length());
        int dash = name.indexOf('-');
        return (parts.length > 2 ? parts[parts.length - 2] : "-.slice") + ":" + name.substring(0, Math.max(dash, 0))
                + ":" + name.substring(dash + 1);
    }

    /** Whether the group is to be made by systemd. */
    static boolean isScope(@Nullable String cgroupsPath) {
        return cgroupsPath != null && cgroupsPath.endsWith(SCOPE);
    }

    /** Refuses what a runtime of the specification's version 1.0 would read past without a word. */
    static void check(Spec spec, OciVersion version) {
        if (version.atLeast(1, 1)) {
            return;
        }
        refuse(spec.domainname() != null, "a domain name", version);
        refuse(!spec.linux().timeOffsets().isEmpty(), "a time namespace", version);
        refuse(spec.process().scheduler() != null, "a scheduling policy", version);
        refuse(spec.process().ioPriority() != null, "an I/O priority", version);
    }

    private static void refuse(boolean asked, String what, OciVersion version) {
        if (asked) {
            throw EngineException.unsupported("runtime " + version.runtime() + " " + version.program()
                    + " does not know " + what
                    + ", which version 1.1 of the OCI runtime specification brought; it follows " + version.spec());
        }
    }

    /** In docker's words, before anything is made. */
    static void checkSources(List<Mount> mounts) {
        for (Mount m : mounts) {
            String source = m.source();
            if (m.isBind() && source != null && !Files.exists(Path.of(source))) {
                throw EngineException.invalid(
                        "invalid mount config for type \"bind\": bind source path does not exist: " + source);
            }
        }
    }
}
