package dev.felucca.core.spec;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerConfig;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.container.RestartPolicy;
import dev.felucca.api.container.Signals;
import dev.felucca.core.streams.LogLimits;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What can be wrong about a configuration by itself, in docker's words. */
final class ConfigChecks {
    /** Linux's own limit for host and domain names, __NEW_UTS_LEN. */
    private static final int MAX_NAME = 64;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?");
    private static final Pattern PORT = Pattern.compile("\\d{1,5}(-\\d{1,5})?(/(tcp|udp|sctp))?");
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");

    private ConfigChecks() {}

    static void check(ContainerConfig config, HostConfig host) {
        Environment.check(config.env());
        String cwd = text(config.workingDir());
        if (!cwd.isEmpty() && !cwd.startsWith("/")) {
            throw EngineException.invalid(
                    "the working directory '" + cwd + "' is invalid, it needs to be an absolute path");
        }
        String signal = text(config.stopSignal());
        if (!signal.isEmpty()) {
            Signals.parse(signal);
        }
        names(config, host);
        config.volumes().forEach(ConfigChecks::volume);
        for (String port : config.exposedPorts()) {
            if (!PORT.matcher(port).matches()) {
                throw EngineException.invalid("invalid port specification: \"" + port + "\"");
            }
        }
        Integer score = host.oomScoreAdj();
        if (score != null && (score < -1000 || score > 1000)) {
            throw EngineException.invalid("invalid value " + score + ", range for oom score adj is [-1000, 1000]");
        }
        Long shm = host.shmSize();
        if (shm != null && shm < 0) {
            throw EngineException.invalid("SHM size can not be less than 0");
        }
        paths("masked", host.maskedPaths());
        paths("read-only", host.readonlyPaths());
        addresses(host);
        logOptions(host.logOptions());
        restarts(host);
    }

    private static void restarts(HostConfig host) {
        RestartPolicy policy = host.restartPolicy();
        if (policy.maximumRetryCount() < 0) {
            throw EngineException.invalid("maximum retry count cannot be negative");
        }
        if (policy.maximumRetryCount() > 0 && policy.when() != RestartPolicy.When.ON_FAILURE) {
            throw EngineException.invalid("maximum retry count cannot be used with restart policy '"
                    + policy.when().word() + "'");
        }
        if (host.autoRemove() && policy.when() != RestartPolicy.When.NO) {
            throw EngineException.invalid("Conflicting options: --restart and --rm");
        }
    }

    private static void names(ContainerConfig config, HostConfig host) {
        String hostname = text(config.hostname());
        if (!hostname.isEmpty()) {
            name("hostname", hostname);
            conflict(NamespaceMode.uts(host).isHost(), "hostname and the UTS mode");
            conflict(NamespaceMode.network(host).isContainer(), "hostname and the network mode");
        }
        if (!config.domainname().isEmpty()) {
            name("domainname", config.domainname());
            conflict(NamespaceMode.uts(host).isHost(), "domainname and the UTS mode");
        }
    }

    private static void name(String what, String name) {
        if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
            throw EngineException.invalid("invalid " + what + " format: " + name);
        }
    }

    private static void addresses(HostConfig host) {
        boolean shared = NamespaceMode.network(host).isContainer();
        conflict(shared && !host.dns().isEmpty(), "dns and the network mode");
        conflict(shared && !host.extraHosts().isEmpty(), "custom host-to-IP mapping and the network mode");
        for (String server : host.dns()) {
            if (!isAddress(server)) {
                throw EngineException.invalid("IP address is not correctly formatted: " + server);
            }
        }
        for (String entry : host.extraHosts()) {
            int colon = entry.indexOf(':');
            if (colon < 1) {
                throw EngineException.invalid("bad format for add-host: \"" + entry + "\"");
            }
            String address = entry.substring(colon + 1);
            if (!address.equals("host-gateway") && !isAddress(address)) {
                throw EngineException.invalid("invalid IP address in add-host: \"" + address + "\"");
            }
        }
    }

    /** Only the form: nothing is looked up. */
    private static boolean isAddress(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        return IPV4.matcher(bare).matches() || (bare.contains(":") && bare.matches("[0-9a-fA-F:.]{2,45}(%\\w+)?"));
    }

    private static void volume(String target) {
        if (!target.startsWith("/") || target.matches("[/.]*")) {
            throw EngineException.invalid(
                    "invalid volume specification: '" + target + "' must be an absolute path" + " other than '/'");
        }
    }

    private static void paths(String what, @Nullable List<String> paths) {
        for (String path : paths == null ? List.<String>of() : paths) {
            if (!path.startsWith("/") || ("/" + path + "/").contains("/../") || path.indexOf('\0') >= 0) {
                throw EngineException.invalid("invalid " + what + " path: \"" + path + "\" must be absolute and clean");
            }
        }
    }

    private static void logOptions(Map<String, String> options) {
        LogLimits.of(options);
        if (!options.getOrDefault("max-file", "1").equals("1") && !options.containsKey("max-size")) {
            // Without a size no file is ever full, so that the number would mean nothing.
            throw EngineException.invalid("log opt max-file cannot be used without max-size");
        }
    }

    private static void conflict(boolean both, String what) {
        if (both) {
            throw EngineException.invalid("conflicting options: " + what);
        }
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
