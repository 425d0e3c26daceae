package dev.felucca.core.spec;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.HostConfig;
import java.util.Set;

/**
 * Whose namespace of a kind a container gets, read from docker's words.
 *
 * @param container whom it is shared with, by id or name; empty unless {@code kind} is CONTAINER
 */
record NamespaceMode(Kind kind, String container) {
    enum Kind {
        OWN,
        HOST,
        CONTAINER
    }

    private static final NamespaceMode OWN = new NamespaceMode(Kind.OWN, "");
    private static final NamespaceMode HOST = new NamespaceMode(Kind.HOST, "");
    private static final String CONTAINER_PREFIX = "container:";

    /** Own for {@code none}, and for all networks that a container is connected to. */
    static NamespaceMode network(HostConfig host) {
        return parse(host.networkMode(), host.networkMode().equals("host"));
    }

    static NamespaceMode pid(HostConfig host) {
        return one("PID", host.pidMode(), true, Set.of("", "host"));
    }

    static NamespaceMode ipc(HostConfig host) {
        return one("IPC", host.ipcMode(), true, Set.of("", "host", "private", "shareable", "none"));
    }

    static NamespaceMode uts(HostConfig host) {
        return one("UTS", host.utsMode(), false, Set.of("", "host"));
    }

    static NamespaceMode cgroup(HostConfig host) {
        return one("cgroup namespace", host.cgroupnsMode(), false, Set.of("", "host", "private"));
    }

    boolean isOwn() {
        return kind == Kind.OWN;
    }

    boolean isHost() {
        return kind == Kind.HOST;
    }

    boolean isContainer() {
        return kind == Kind.CONTAINER;
    }

    private static NamespaceMode one(String what, String mode, boolean sharing, Set<String> words) {
        if (!words.contains(mode) && !(sharing && isShared(mode))) {
            throw EngineException.invalid("invalid " + what + " mode: " + mode);
        }
        return parse(mode, mode.equals("host"));
    }

    private static NamespaceMode parse(String mode, boolean host) {
        if (!isShared(mode)) {
            return host ? HOST : OWN;
        }
        String container = mode.substring(CONTAINER_PREFIX.length());
        if (container.isEmpty()) {
            throw EngineException.invalid("invalid container format container:<name|id>: \"" + mode + "\" names none");
        }
        return new NamespaceMode(Kind.CONTAINER, container);
    }

    private static boolean isShared(String mode) {
        return mode.startsWith(CONTAINER_PREFIX);
    }
}
