package dev.felucca.api.container;

import dev.felucca.api.EngineException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Linux's signals by name and number (signal(7)); x86-64 and arm64 share the numbers. Real-time signals count from glibc's
 * SIGRTMIN, 34, as docker and kill(1) do.
 */
public final class Signals {
    /** By number, from 1 on. */
    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");

    private static final int RTMIN = 34;
    private static final int RTMAX = 64;
    private static final Pattern REAL_TIME = Pattern.compile("RT(MIN|MAX)(?:([+-])(\\d{1,2}))?");

    private Signals() {}

    /** The number of {@code KILL}, {@code SIGKILL}, {@code 9}, {@code RTMIN+3}, in any case; INVALID for what is no signal. */
    public static int parse(String signal) {
        String name = signal.toUpperCase(Locale.ROOT);
        if (name.matches("\\d{1,3}")) {
            int number = Integer.parseInt(name);
            return check(signal, number <= RTMAX ? number : 0);
        }
        if (name.startsWith("SIG")) {
            name = name.substring(3);
        }
        return check(
                signal,
                switch (name) {
                    case "IOT" -> 6;
                    case "CLD" -> 17;
                    case "POLL" -> 29;
                    default -> name.startsWith("RT") ? realTime(name) : NAMES.indexOf(name) + 1;
                });
    }

    /** Its name, such as {@code SIGKILL} or {@code SIGRTMIN+3}; the number itself for one that has none. */
    public static String name(int signal) {
        if (signal >= 1 && signal <= NAMES.size()) {
            return "SIG" + NAMES.get(signal - 1);
        }
        if (signal < RTMIN || signal > RTMAX) {
            return Integer.toString(signal);
        }
        return signal == RTMIN ? "SIGRTMIN" : signal == RTMAX ? "SIGRTMAX" : "SIGRTMIN+" + (signal - RTMIN);
    }

    private static int realTime(String name) {
        Matcher m = REAL_TIME.matcher(name);
        if (!m.matches()) {
            return 0;
        }
        boolean fromMin = m.group(1).equals("MIN");
        int offset = m.group(3) == null ? 0 : Integer.parseInt(m.group(3));
        if (offset > RTMAX - RTMIN || (m.group(2) != null && m.group(2).equals("+") != fromMin)) {
            return 0;
        }
        return fromMin ? RTMIN + offset : RTMAX - offset;
    }

    private static int check(String signal, int number) {
        if (number == 0) {
            throw EngineException.invalid("invalid signal: " + signal);
        }
        return number;
    }
}
