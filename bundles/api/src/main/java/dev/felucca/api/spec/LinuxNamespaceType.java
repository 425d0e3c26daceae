package dev.felucca.api.spec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.felucca.api.EngineException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The kinds of namespaces (namespaces(7)), by the specification's names. */
public enum LinuxNamespaceType {
    PID("pid", "pid"),
    NETWORK("network", "net"),
    MOUNT("mount", "mnt"),
    IPC("ipc", "ipc"),
    UTS("uts", "uts"),
    USER("user", "user"),
    CGROUP("cgroup", "cgroup"),
    TIME("time", "time");

    private final String specName;
    private final String procName;

    LinuxNamespaceType(String specName, String procName) {
        this.specName = specName;
        this.procName = procName;
    }

    /** Its name in config.json. */
    @JsonValue
    public String specName() {
        return specName;
    }

    /** Its name below {@code /proc/PID/ns}. */
    public String procName() {
        return procName;
    }

    /** The type of that name in config.json; INVALID for another. */
    @JsonCreator
    public static LinuxNamespaceType of(String specName) {
        for (LinuxNamespaceType type : values()) {
            if (type.specName.equals(specName)) {
                return type;
            }
        }
        throw EngineException.invalid("runtime spec: unknown namespace type \"" + specName + "\"; known are "
                + Arrays.stream(values()).map(LinuxNamespaceType::specName).collect(Collectors.joining(", ")));
    }
}
