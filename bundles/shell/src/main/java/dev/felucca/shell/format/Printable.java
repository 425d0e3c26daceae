package dev.felucca.shell.format;

import java.util.function.IntPredicate;

/**
 * Texts without control characters. These come from images and from users and could write anything on a terminal; they are shown as
 * {@code \x1b}.
 */
public final class Printable {
    private Printable() {}

    /** What is to stand on one line. */
    public static String line(String text) {
        return escaped(text, Character::isISOControl);
    }

    /** Newlines and tabs stay. */
    public static String text(String text) {
        return escaped(text, c -> c != '\n' && c != '\t' && Character.isISOControl(c));
    }

    private static String escaped(String text, IntPredicate wrong) {
        if (text.chars().noneMatch(wrong)) return text;
        StringBuilder out = new StringBuilder();
        text.chars().forEach(c -> {
            if (wrong.test(c)) out.append(String.format("\\x%02x", c));
            else out.append((char) c);
        });
        return out.toString();
    }
}
