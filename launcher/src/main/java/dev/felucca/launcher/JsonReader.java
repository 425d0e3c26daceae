package dev.felucca.launcher;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one JSON document (RFC 8259) of a few lines: the configuration file. It is here since the launcher's class path holds no JSON
 * library, which would cost every start its loading. Objects become maps in the order of the file, arrays lists, numbers
 * {@link BigDecimal}; there is no null: an option is left out instead. Every error names line and column.
 */
final class JsonReader {
    private static final int MAX_DEPTH = 16;

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    static Object read(String text) throws LaunchException {
        JsonReader reader = new JsonReader(text);
        Object value = reader.value(0);
        reader.space();
        if (reader.at < text.length()) throw reader.wrong("nothing more is expected");
        return value;
    }

    private Object value(int depth) throws LaunchException {
        if (depth > MAX_DEPTH) throw wrong("the nesting is too deep");
        space();
        char c = peek();
        if (c == '{') return object(depth);
        if (c == '[') return array(depth);
        if (c == '"') return string();
        int start = at;
        while (at < text.length() && isWord(text.charAt(at))) at++;
        String word = text.substring(start, at);
        if (word.equals("true") || word.equals("false")) return Boolean.valueOf(word);
        if (word.matches("-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][-+]?[0-9]{1,3})?")) return new BigDecimal(word);
        at = start;
        throw wrong(word.isEmpty() ? "a value is expected" : "\"" + word + "\" is no value");
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || "+-.".indexOf(c) >= 0;
    }

    private Map<String, Object> object(int depth) throws LaunchException {
        Map<String, Object> map = new LinkedHashMap<>();
        at++;
        space();
        if (peek() == '}') {
            at++;
            return map;
        }
        while (true) {
            space();
            if (peek() != '"') throw wrong("a key in double quotes is expected");
            String key = string();
            expect(':');
            if (map.put(key, value(depth + 1)) != null) throw wrong("the key \"" + key + "\" is there twice");
            if (more('}')) return map;
        }
    }

    private List<Object> array(int depth) throws LaunchException {
        List<Object> list = new ArrayList<>();
        at++;
        space();
        if (peek() == ']') {
            at++;
            return list;
        }
        while (true) {
            list.add(value(depth + 1));
            if (more(']')) return list;
        }
    }

    /** After an element: true at the end, false if another follows. */
    private boolean more(char end) throws LaunchException {
        space();
        char c = peek();
        if (c != ',' && c != end) throw wrong("\",\" or \"" + end + "\" is expected");
        at++;
        return c == end;
    }

    private String string() throws LaunchException {
        StringBuilder s = new StringBuilder();
        at++;
        while (true) {
            char c = peek();
            if (c < ' ') throw wrong("a string ends on its line");
            at++;
            if (c == '"') return s.toString();
            s.append(c == '\\' ? escape() : c);
        }
    }

    private char escape() throws LaunchException {
        char c = peek();
        at++;
        if (c == 'u' && at + 4 <= text.length()) {
            String hex = text.substring(at, at + 4);
            if (hex.matches("[0-9a-fA-F]{4}")) {
                at += 4;
                return (char) Integer.parseInt(hex, 16);
            }
        }
        int index = "\"\\/bfnrt".indexOf(c);
        if (index < 0) throw wrong("\"\\" + c + "\" is no escape");
        return "\"\\/\b\f\n\r\t".charAt(index);
    }

    private void expect(char c) throws LaunchException {
        space();
        if (peek() != c) throw wrong("\"" + c + "\" is expected");
        at++;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
    }

    private char peek() throws LaunchException {
        if (at >= text.length()) throw wrong("the file ends too early");
        return text.charAt(at);
    }

    private LaunchException wrong(String what) {
        String before = text.substring(0, Math.min(at, text.length()));
        long line = before.chars().filter(c -> c == '\n').count() + 1;
        int column = before.length() - before.lastIndexOf('\n');
        return new LaunchException("line " + line + ", column " + column + ": " + what);
    }
}
