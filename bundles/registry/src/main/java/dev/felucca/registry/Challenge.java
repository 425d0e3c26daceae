package dev.felucca.registry;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A challenge of a {@code WWW-Authenticate} header (RFC 9110, 11.6.1).
 *
 * @param scheme {@code bearer}, {@code basic}...
 */
record Challenge(String scheme, Map<String, String> parameters) {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
    private static final Pattern PARAMETER =
            Pattern.compile("\\G\\s*+(" + TOKEN + ")\\s*+=\\s*+(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|(" + TOKEN + "))\\s*+,?");
    private static final Pattern SCHEME = Pattern.compile("\\G\\s*+(" + TOKEN + ")(?:\\s++|$|,)(?!\\s*=)");

    /** The one to follow: a token if that is offered, since it is worth less than a password. */
    static Optional<Challenge> choose(List<String> headers) {
        List<Challenge> all = headers.stream().flatMap(h -> parse(h).stream()).toList();
        return all.stream().filter(c -> c.scheme.equals("bearer")).findFirst().or(() -> all.stream()
                .filter(c -> c.scheme.equals("basic"))
                .findFirst());
    }

    private static List<Challenge> parse(String header) {
        List<Challenge> all = new java.util.ArrayList<>();
        int at = 0;
        Matcher scheme = SCHEME.matcher(header);
        while (scheme.find(at)) {
            Map<String, String> parameters = new TreeMap<>();
            at = scheme.end();
            Matcher p = PARAMETER.matcher(header);
            while (p.find(at)) {
                String quoted = p.group(2);
                parameters.put(
                        p.group(1).toLowerCase(Locale.ROOT),
                        quoted == null ? p.group(3) : quoted.replaceAll("\\\\(.)", "$1"));
                at = p.end();
            }
            all.add(new Challenge(scheme.group(1).toLowerCase(Locale.ROOT), parameters));
        }
        return all;
    }

    String get(String name) {
        return parameters.getOrDefault(name, "");
    }
}
