package dev.felucca.core.spec;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.HostConfig;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Kernel parameters of a container: only those of its own namespaces. */
final class Sysctls {
    private static final Set<String> IPC = Set.of(
            "kernel.msgmax",
            "kernel.msgmnb",
            "kernel.msgmni",
            "kernel.sem",
            "kernel.shmall",
            "kernel.shmmax",
            "kernel.shmmni",
            "kernel.shm_rmid_forced");

    private static final String PING = "net.ipv4.ping_group_range";
    private static final String PORTS = "net.ipv4.ip_unprivileged_port_start";

    private Sysctls() {}

    /**
     * What is set. In a network of its own nobody is harmed by ping and by low ports without privileges, so both are allowed
     * unless the user says otherwise, as docker has it.
     */
    static Map<String, String> of(HostConfig host, HostFacts facts) {
        Map<String, String> sysctls = new TreeMap<>(host.sysctls());
        if (NamespaceMode.network(host).isOwn()) {
            preset(sysctls, facts, PING, "0 2147483647");
            preset(sysctls, facts, PORTS, "0");
        }
        return sysctls;
    }

    static void check(HostConfig host) {
        for (String key : host.sysctls().keySet()) {
            if (key.contains("..") || key.indexOf('\0') >= 0) {
                throw EngineException.invalid("sysctl '" + key + "' is not allowed");
            }
            String name = key.replace('/', '.');
            if (name.startsWith("net.")) {
                refuse(NamespaceMode.network(host), key, "not allowed in host network namespace");
            } else if (IPC.contains(name) || name.startsWith("fs.mqueue.")) {
                refuse(NamespaceMode.ipc(host), key, "not allowed in host ipc namespace");
            } else if (name.equals("kernel.domainname")) {
                refuse(NamespaceMode.uts(host), key, "not allowed in host uts namespace");
            } else {
                throw EngineException.invalid(
                        "sysctl '" + key + "' is not allowed: it does not belong to a namespace of the container");
            }
        }
    }

    private static void refuse(NamespaceMode mode, String key, String why) {
        if (mode.isHost()) {
            throw EngineException.invalid("sysctl '" + key + "' " + why);
        }
    }

    private static void preset(Map<String, String> sysctls, HostFacts facts, String key, String value) {
        if (!sysctls.containsKey(key) && facts.exists().test("/proc/sys/" + key.replace('.', '/'))) {
            sysctls.put(key, value);
        }
    }
}
