package dev.felucca.initplan;

import dev.felucca.api.EngineException;
import dev.felucca.door.NamespaceType;
import java.util.Set;

/** Kernel parameters. Only those that belong to one of the container's own namespaces can be set. */
final class Sysctls {
    private static final Set<String> IPC = Set.of(
            "kernel/msgmax",
            "kernel/msgmnb",
            "kernel/msgmni",
            "kernel/sem",
            "kernel/shmall",
            "kernel/shmmax",
            "kernel/shmmni",
            "kernel/shm_rmid_forced");

    private Sysctls() {}

    static Op op(String key, String value, NamespaceSet namespaces) {
        String name = path(key);
        if (name.startsWith("/") || ("/" + name + "/").contains("/../") || name.indexOf('\0') >= 0) {
            throw EngineException.invalid("sysctl \"" + key + "\" is no kernel parameter");
        }
        if (IPC.contains(name) || name.startsWith("fs/mqueue/")) {
            need(key, NamespaceType.IPC, namespaces);
        } else if (name.startsWith("net/")) {
            need(key, NamespaceType.NETWORK, namespaces);
        } else if (name.equals("kernel/domainname")) {
            need(key, NamespaceType.UTS, namespaces);
        } else if (name.equals("kernel/hostname")) {
            throw EngineException.invalid("sysctl \"" + key + "\" is set by the container's host name");
        } else {
            throw EngineException.invalid(
                    "sysctl \"" + key + "\" does not belong to a namespace: it would change the host");
        }
        return new ProcessOp.Sysctl(name, value);
    }

    /** As sysctl(8): the first separator decides; with a slash, dots are part of names ({@code net/ipv4/conf/eth0.1/...}). */
    private static String path(String key) {
        int dot = key.indexOf('.');
        int slash = key.indexOf('/');
        if (slash >= 0 && (dot < 0 || slash < dot)) {
            return key;
        }
        StringBuilder out = new StringBuilder(key);
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (c == '.' || c == '/') {
                out.setCharAt(i, c == '.' ? '/' : '.');
            }
        }
        return out.toString();
    }

    private static void need(String key, NamespaceType type, NamespaceSet namespaces) {
        if (!namespaces.has(type)) {
            throw EngineException.invalid(
                    "sysctl \"" + key + "\" needs a " + type.file() + " namespace other than the host's");
        }
    }
}
