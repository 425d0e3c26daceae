package dev.felucca.image;

import dev.felucca.api.EngineException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The words of a Dockerfile instruction: single quotes keep all, double quotes keep blanks, a backslash keeps the next
 * character, {@code $NAME}, {@code ${NAME}}, {@code ${NAME:-word}} and {@code ${NAME:+word}} come from the environment so far.
 */
final class Words {
    private final List<String> env;
    private final String line;
    private String text = "";
    private int at;

    /**
     * @param env {@code NAME=value}
     * @param line the instruction, for messages
     */
    Words(List<String> env, String line) {
        this.env = env;
        this.line = line;
    }

    /** The text as one word, blanks and all. */
    String expand(String whole) {
        text = whole;
        at = 0;
        return word(false);
    }

    List<String> list(String words) {
        text = words;
        at = 0;
        List<String> all = new ArrayList<>();
        for (skipBlanks(); at < text.length(); skipBlanks()) {
            all.add(word(true));
        }
        return all;
    }

    /** {@code key=value ...}, or the old form {@code key value}. */
    Map<String, String> pairs(String words) {
        Map<String, String> all = new LinkedHashMap<>();
        String[] first = words.split("\\s+", 2);
        if (!first[0].contains("=")) {
            if (first.length < 2) {
                throw bad("\"" + first[0] + "\" needs a value: key=value");
            }
            all.put(first[0], expand(first[1]));
            return all;
        }
        for (String pair : list(words)) {
            int eq = pair.indexOf('=');
            if (eq <= 0) {
                throw bad("\"" + pair + "\" is not key=value");
            }
            all.put(pair.substring(0, eq), pair.substring(eq + 1));
        }
        return all;
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private String word(boolean untilBlank) {
        StringBuilder out = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at);
            if (untilBlank && Character.isWhitespace(c)) {
                break;
            }
            at++;
            switch (c) {
                case '\'' -> {
                    int end = text.indexOf('\'', at);
                    if (end < 0) {
                        throw bad("a single quote is not closed");
                    }
                    out.append(text, at, end);
                    at = end + 1;
                }
                case '"' -> quoted(out);
                case '\\' -> out.append(at < text.length() ? text.charAt(at++) : '\\');
                case '$' -> out.append(variable());
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    private void quoted(StringBuilder out) {
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at++);
            if (c == '$') {
                out.append(variable());
            } else if (c == '\\' && at < text.length() && "\"$\\".indexOf(text.charAt(at)) >= 0) {
                out.append(text.charAt(at++));
            } else {
                out.append(c);
            }
        }
        if (at >= text.length()) {
            throw bad("a double quote is not closed");
        }
        at++;
    }

    /** After the dollar sign. */
    private String variable() {
        if (at < text.length() && text.charAt(at) == '{') {
            int end = text.indexOf('}', at);
            if (end < 0) {
                throw bad("${ is not closed");
            }
            String inner = text.substring(at + 1, end);
            at = end + 1;
            return modified(inner);
        }
        int start = at;
        while (at < text.length() && isName(text.charAt(at), at > start)) {
            at++;
        }
        return at == start ? "$" : value(text.substring(start, at));
    }

    private String modified(String inner) {
        int colon = inner.indexOf(':');
        String name = colon < 0 ? inner : inner.substring(0, colon);
        if (name.isEmpty() || !name.chars().allMatch(c -> isName((char) c, true))) {
            throw bad("${" + inner + "} is no variable");
        }
        if (colon < 0) {
            return value(name);
        }
        String rest = inner.substring(colon + 1);
        String value = value(name);
        if (rest.startsWith("-")) {
            return value.isEmpty() ? rest.substring(1) : value;
        }
        if (rest.startsWith("+")) {
            return value.isEmpty() ? "" : rest.substring(1);
        }
        throw bad("${" + inner + "}: only :- and :+ are supported");
    }

    private static boolean isName(char c, boolean digits) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (digits && c >= '0' && c <= '9');
    }

    private String value(String name) {
        return env.stream()
                .filter(e -> e.startsWith(name + "="))
                .map(e -> e.substring(name.length() + 1))
                .findFirst()
                .orElse("");
    }

    private EngineException bad(String why) {
        return EngineException.invalid("change \"" + line + "\": " + why);
    }
}
