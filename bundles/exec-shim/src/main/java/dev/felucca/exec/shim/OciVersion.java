package dev.felucca.exec.shim;

import dev.felucca.api.EngineException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a runtime says of itself.
 *
 * @param program its own version
 * @param spec the version of the OCI runtime specification that it follows; not all say it
 */
record OciVersion(String runtime, String program, String spec) {
    private static final Pattern PROGRAM = Pattern.compile("\\S*\\d+\\.\\d+\\S*");
    private static final Pattern SPEC = Pattern.compile("(?mi)^.*\\bspecs?: *(\\d+\\.\\d+\\S*)");
    private static final String UNSAID = "1.0.0";
    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+).*");

    /** @param text what {@code --version} printed */
    static OciVersion parse(OciDefinition runtime, String text) {
        Matcher program = PROGRAM.matcher(text);
        Matcher spec = SPEC.matcher(text);
        if (!program.find()) {
            String shown = text.strip().lines().findFirst().orElse("nothing");
            throw EngineException.unavailable("runtime " + runtime.name() + ": " + runtime.program()
                    + " is no OCI runtime: its --version names no version, but says: " + shown);
        }
        OciVersion version = new OciVersion(runtime.name(), program.group(), spec.find() ? spec.group(1) : UNSAID);
        if (!version.atLeast(1, 0)) {
            throw EngineException.unavailable("runtime " + runtime.name() + ": " + runtime.program() + " "
                    + version.program + " follows version " + version.spec
                    + " of the OCI runtime specification; 1.0 or later is needed");
        }
        return version;
    }

    boolean atLeast(int major, int minor) {
        Matcher m = NUMBERS.matcher(spec);
        if (!m.matches()) {
            return false;
        }
        int is = Integer.parseInt(m.group(1));
        return is > major || (is == major && Integer.parseInt(m.group(2)) >= minor);
    }
}
