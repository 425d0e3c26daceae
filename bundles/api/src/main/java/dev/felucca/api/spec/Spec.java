package dev.felucca.api.spec;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.felucca.api.EngineException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A container, as config.json describes it.
 *
 * @param ociVersion version of the specification that it follows, such as {@code 1.2.0}
 * @param process the program; the specification lets it be absent, the engine never does
 * @param root the root filesystem
 * @param hostname name in the container's UTS namespace
 * @param domainname NIS domain name in the container's UTS namespace
 * @param mounts in the order in which they are made
 * @param annotations free data; keys in reverse domain notation
 */
public record Spec(
        String ociVersion,
        Process process,
        Root root,
        @Nullable String hostname,
        @Nullable String domainname,
        List<Mount> mounts,
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = EmptyObject.class) Hooks hooks,
        Map<String, String> annotations,
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = EmptyObject.class) Linux linux) {

    /** The version that Felucca writes. */
    public static final String VERSION = "1.2.0";

    public Spec {
        required(ociVersion, "ociVersion");
        required(process, "process");
        required(root, "root");
        mounts = Copies.of(mounts);
        hooks = hooks == null ? Hooks.EMPTY : hooks;
        annotations = Copies.of(annotations);
        linux = linux == null ? Linux.EMPTY : linux;
    }

    /** A spec of the present version with nothing but a program and a root filesystem. */
    public static Spec of(Process process, Root root) {
        return new Spec(VERSION, process, root, null, null, List.of(), Hooks.EMPTY, Map.of(), Linux.EMPTY);
    }

    public Spec withProcess(Process other) {
        return new Spec(ociVersion, other, root, hostname, domainname, mounts, hooks, annotations, linux);
    }

    public Spec withRoot(Root other) {
        return new Spec(ociVersion, process, other, hostname, domainname, mounts, hooks, annotations, linux);
    }

    public Spec withHostname(@Nullable String name) {
        return new Spec(ociVersion, process, root, name, domainname, mounts, hooks, annotations, linux);
    }

    public Spec withDomainname(@Nullable String name) {
        return new Spec(ociVersion, process, root, hostname, name, mounts, hooks, annotations, linux);
    }

    public Spec withMounts(List<Mount> other) {
        return new Spec(ociVersion, process, root, hostname, domainname, other, hooks, annotations, linux);
    }

    public Spec withHooks(Hooks other) {
        return new Spec(ociVersion, process, root, hostname, domainname, mounts, other, annotations, linux);
    }

    public Spec withAnnotations(Map<String, String> other) {
        return new Spec(ociVersion, process, root, hostname, domainname, mounts, hooks, other, linux);
    }

    public Spec withLinux(Linux other) {
        return new Spec(ociVersion, process, root, hostname, domainname, mounts, hooks, annotations, other);
    }

    /** Refuses what config.json must say and does not; {@code what} is the field's path. */
    static void required(@Nullable Object value, String what) {
        if (value == null) {
            throw EngineException.invalid("runtime spec: " + what + " is missing");
        }
    }
}
