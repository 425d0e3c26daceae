package dev.felucca.json;

import dev.felucca.api.EngineException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of the Engine API, 1.24 to 1.51. Raising the minimum breaks clients that ask for a fixed one.
 *
 * @param minor what follows {@code 1.}
 */
public record ApiVersion(int minor) {
    public static final ApiVersion MINIMUM = new ApiVersion(24);
    public static final ApiVersion NEWEST = new ApiVersion(51);
    private static final Pattern TEXT = Pattern.compile("(\\d{1,4})\\.(\\d{1,6})");

    /** From {@code 1.41}; INVALID in docker's words if it is out of range. */
    public static ApiVersion parse(String text) {
        Matcher m = TEXT.matcher(text);
        if (!m.matches()) {
            throw EngineException.invalid("invalid API version \"" + text + "\"");
        }
        int major = Integer.parseInt(m.group(1));
        int minor = Integer.parseInt(m.group(2));
        if (major < 1 || (major == 1 && minor < MINIMUM.minor)) {
            throw EngineException.invalid("client version " + text + " is too old. Minimum supported API version is "
                    + MINIMUM + ", please upgrade your client to a newer version");
        }
        if (major > 1 || minor > NEWEST.minor) {
            throw EngineException.invalid(
                    "client version " + text + " is too new. Maximum supported API version is " + NEWEST);
        }
        return new ApiVersion(minor);
    }

    public boolean atLeast(int otherMinor) {
        return minor >= otherMinor;
    }

    @Override
    public String toString() {
        return "1." + minor;
    }
}
