package dev.felucca.image;

import dev.felucca.api.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What EXPOSE takes: {@code port[-end][/protocol]}. */
final class Ports {
    private static final Pattern PORT = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?(?:/(tcp|udp|sctp))?");

    private Ports() {}

    /** Each port with its protocol. */
    static List<String> parse(String text) {
        Matcher m = PORT.matcher(text.toLowerCase(Locale.ROOT));
        int first = m.matches() ? Integer.parseInt(m.group(1)) : 0;
        int last = first == 0 || m.group(2) == null ? first : Integer.parseInt(m.group(2));
        if (first < 1 || last < first || last > 65535) {
            throw EngineException.invalid("invalid containerPort: " + text);
        }
        String protocol = m.group(3) == null ? "tcp" : m.group(3);
        List<String> all = new ArrayList<>();
        for (int p = first; p <= last; p++) {
            all.add(p + "/" + protocol);
        }
        return all;
    }
}
