package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** Ids and names of containers. */
final class Names {
    private static final Pattern VALID = Pattern.compile("/?[a-zA-Z0-9][a-zA-Z0-9_.-]+");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String[] MOODS = {
        "agile", "bold", "brisk", "calm", "clear", "deft", "eager", "fair", "fleet", "glad", "hardy", "keen", "lively",
                "merry",
        "nimble", "proud", "quick", "quiet", "ready", "sharp", "sleek", "steady", "sunny", "swift", "trim", "vivid",
                "warm", "wise"
    };
    private static final String[] VESSELS = {
        "barque", "brig", "caravel", "clipper", "cog", "cutter", "dhow", "dinghy", "dory", "galleon", "galley", "gig",
                "junk",
        "ketch", "knarr", "lugger", "pilot", "pinnace", "proa", "punt", "sampan", "schooner", "skiff", "sloop",
                "tartane", "trireme",
        "xebec", "yawl"
    };

    private Names() {}

    static String newId() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** A made-up name; the caller tries again if it is taken. */
    static String invent(int attempt) {
        ThreadLocalRandom r = ThreadLocalRandom.current();
        String name = MOODS[r.nextInt(MOODS.length)] + "_" + VESSELS[r.nextInt(VESSELS.length)];
        return attempt == 0 ? name : name + r.nextInt(10, 1000 * attempt + 10);
    }

    /** The name without docker's leading slash. */
    static String check(String name) {
        if (!VALID.matcher(name).matches() || name.length() > 255) {
            throw EngineException.invalid("Invalid container name (" + name
                    + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed, at least two and at most 255 characters");
        }
        return name.startsWith("/") ? name.substring(1) : name;
    }
}
