package dev.felucca.shell.format;

import java.util.ArrayList;
import java.util.List;

/**
 * Columns that are as wide as their widest cell, three spaces apart, at least ten wide; the last one is not padded. Cells are
 * {@link Printable}.
 */
public final class Table {
    private static final int LEAST = 10;
    private static final int GAP = 3;

    private final List<List<String>> rows = new ArrayList<>();

    public Table row(List<String> cells) {
        rows.add(cells.stream().map(Printable::line).toList());
        return this;
    }

    public Table row(String... cells) {
        return row(List.of(cells));
    }

    /** The lines, without trailing spaces. */
    public List<String> lines() {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size() - 1; i++) {
                if (widths.size() == i) widths.add(LEAST);
                widths.set(i, Math.max(widths.get(i), length(row.get(i)) + GAP));
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i));
                if (i < row.size() - 1) line.append(" ".repeat(widths.get(i) - length(row.get(i))));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
