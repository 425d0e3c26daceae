package dev.felucca.shell.values;

import dev.felucca.api.EngineException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Signals by name and number (signal(7), the numbers of x86-64 and arm64). */
public final class Signals {
    public static final int HUP = 1;
    public static final int INT = 2;
    public static final int QUIT = 3;
    public static final int KILL = 9;
    public static final int TERM = 15;
    private static final int RTMIN = 34;
    private static final int RTMAX = 64;
    private static final String[] NAMES = {
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
        "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
        "WINCH", "IO", "PWR", "SYS"
    };
    private static final Map<String, Integer> NUMBERS = new HashMap<>();

    static {
        for (int n = 1; n < NAMES.length; n++) NUMBERS.put(NAMES[n], n);
        NUMBERS.put("IOT", 6);
        NUMBERS.put("CLD", 17);
        NUMBERS.put("POLL", 29);
        NUMBERS.put("UNUSED", 31);
        NUMBERS.put("RTMIN", RTMIN);
        NUMBERS.put("RTMAX", RTMAX);
        for (int i = 1; i <= 15; i++) NUMBERS.put("RTMIN+" + i, RTMIN + i);
        for (int i = 1; i <= 14; i++) NUMBERS.put("RTMAX-" + i, RTMAX - i);
    }

    private Signals() {}

    /** The number of {@code SIGTERM}, {@code term} or {@code 15}. */
    public static int parse(String text) {
        if (text.matches("\\d{1,3}")) {
            int n = Integer.parseInt(text);
            if (n >= 1 && n <= RTMAX) return n;
        }
        String name = text.toUpperCase(Locale.ROOT);
        Integer n = NUMBERS.get(name.startsWith("SIG") ? name.substring(3) : name);
        if (n == null)
            throw EngineException.invalid(
                    "there is no such signal; give a name such as SIGTERM or HUP, or a number from 1 to 64");
        return n;
    }
}
