package dev.felucca.core.spec;

import dev.felucca.api.EngineException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The environment of a container's program. */
final class Environment {
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private Environment() {}

    /** The engine's own variables, overlaid by the image's, by those of links, by the user's; a bare NAME of the user's removes. */
    static List<String> of(SpecInput in) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("PATH", DEFAULT_PATH);
        variables.put("HOSTNAME", in.hostname());
        if (in.config().tty()) {
            variables.put("TERM", "xterm");
        }
        in.image().env().forEach(entry -> overlay(variables, entry));
        in.linkVariables().forEach(entry -> overlay(variables, entry));
        in.config().env().forEach(entry -> overlay(variables, entry));
        return entries(variables);
    }

    static List<String> entries(Map<String, String> variables) {
        List<String> env = new ArrayList<>();
        variables.forEach((name, value) -> env.add(name + "=" + value));
        return env;
    }

    static void check(List<String> env) {
        for (String entry : env) {
            if (entry.isEmpty() || entry.startsWith("=") || entry.indexOf('\0') >= 0) {
                throw EngineException.invalid("invalid environment variable: " + entry.replace("\0", "\\0"));
            }
        }
    }

    static void overlay(Map<String, String> variables, String entry) {
        int equals = entry.indexOf('=');
        if (equals < 0) {
            variables.remove(entry);
        } else {
            variables.put(entry.substring(0, equals), entry.substring(equals + 1));
        }
    }
}
