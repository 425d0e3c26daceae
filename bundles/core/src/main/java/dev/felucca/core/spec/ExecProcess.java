package dev.felucca.core.spec;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ExecConfig;
import dev.felucca.api.spec.LinuxCapabilities;
import dev.felucca.api.spec.Process;
import dev.felucca.api.spec.Spec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From an exec's configuration and its container's spec to the process. Stateless. */
public final class ExecProcess {
    private ExecProcess() {}

    /** @throws EngineException INVALID for what is wrong whatever the container */
    public static void check(ExecConfig config) {
        Environment.check(config.env());
        String directory = config.workingDir();
        if (directory != null && !directory.startsWith("/")) {
            throw EngineException.invalid(
                    "the working directory '" + directory + "' of an exec must be an absolute path");
        }
        for (String word : config.cmd()) {
            if (word.indexOf('\0') >= 0) {
                throw EngineException.invalid("invalid argument of an exec: it has a null byte");
            }
        }
    }

    /** The container's spec as far as the process inherits it: a privileged one has no filter of system calls. */
    public static Spec container(Spec spec, ExecConfig config) {
        return config.privileged()
                ? spec.withLinux(spec.linux().toBuilder().seccomp(null).build())
                : spec;
    }

    /** The process, but for its user, which the execution backend resolves. */
    public static Process of(Spec container, ExecConfig config) {
        Process init = container.process();
        List<String> capabilities = config.privileged()
                ? HostFacts.here().capabilities()
                : init.capabilities().bounding();
        return Process.builder(config.cmd())
                .terminal(config.tty())
                .consoleSize(config.consoleSize())
                .env(environment(init.env(), config))
                .cwd(config.workingDir() == null ? init.cwd() : config.workingDir())
                .capabilities(LinuxCapabilities.of(capabilities))
                .rlimits(init.rlimits())
                .noNewPrivileges(init.noNewPrivileges())
                .oomScoreAdj(init.oomScoreAdj())
                .build();
    }

    private static List<String> environment(List<String> containers, ExecConfig config) {
        Map<String, String> variables = new LinkedHashMap<>();
        containers.forEach(entry -> Environment.overlay(variables, entry));
        if (config.tty()) {
            variables.putIfAbsent("TERM", "xterm");
        }
        config.env().forEach(entry -> Environment.overlay(variables, entry));
        return Environment.entries(variables);
    }
}
