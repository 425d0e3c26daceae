package dev.felucca.exec.shim;

import dev.felucca.api.EngineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * An OCI runtime: a program with the command line that runc has.
 *
 * @param arguments before the subcommand
 * @param hideUnified see {@link RuntimeConfig#hide_unified}
 * @param timeout of one subcommand
 */
record OciDefinition(String name, Path program, List<String> arguments, boolean hideUnified, Duration timeout) {
    private static final Set<String> TAKEN = Set.of(NativeRuntime.NATIVE, "inprocess");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final List<Path> PLACES = List.of(
            Path.of("/usr/local/sbin"),
            Path.of("/usr/local/bin"),
            Path.of("/usr/sbin"),
            Path.of("/usr/bin"),
            Path.of("/sbin"),
            Path.of("/bin"));

    OciDefinition {
        arguments = List.copyOf(arguments);
        if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]*") || TAKEN.contains(name)) {
            throw EngineException.invalid(
                    "\"" + name + "\" cannot be the name of an OCI runtime: it is of letters, digits"
                            + " and _.- and not one of " + String.join(", ", TAKEN));
        }
        if (!program.isAbsolute()) {
            throw EngineException.invalid("runtime " + name + ": the path " + program + " is not absolute");
        }
    }

    /** What is there without a word of configuration. crun refuses hosts with both versions of cgroups. */
    static List<OciDefinition> shipped() {
        return List.of(
                new OciDefinition("runc", find("runc"), List.of(), false, TIMEOUT),
                new OciDefinition("crun", find("crun"), List.of(), true, TIMEOUT));
    }

    /** Where Debian and others have it. */
    private static Path find(String name) {
        return PLACES.stream()
                .map(p -> p.resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(Path.of("/usr/bin").resolve(name));
    }
}
