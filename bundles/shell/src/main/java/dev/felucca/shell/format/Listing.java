package dev.felucca.shell.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.json.ApiJson;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A list in the form that {@code --format} asks for: {@code table} (the default), {@code table TEMPLATE}, {@code json} (one object a line) or a
 * template for each line.
 */
public final class Listing {
    private final Map<String, String> headers;
    private final List<String> columns;
    private final List<ObjectNode> rows = new ArrayList<>();

    /**
     * @param headers heading by field, for all fields that a template may name
     * @param columns the fields of the default table
     */
    public Listing(Map<String, String> headers, List<String> columns) {
        this.headers = new LinkedHashMap<>(headers);
        this.columns = List.copyOf(columns);
    }

    /** @param values by field */
    public void add(Map<String, String> values) {
        ObjectNode row = ApiJson.object();
        values.forEach(row::put);
        rows.add(row);
    }

    /** @param terminal whether it goes to one, where values must not write what they like */
    public void print(@Nullable String format, PrintStream out, boolean terminal) {
        if (format == null || format.isEmpty() || format.equals("table")) {
            table(out);
        } else if (format.equals("json")) {
            for (ObjectNode row : rows) out.println(Json.compact(row));
        } else if (format.startsWith("table ")) {
            Template t = Template.parse(TemplateParser.escapes(format.substring("table ".length())), terminal);
            Table table = new Table();
            ObjectNode heading = ApiJson.object();
            headers.forEach(heading::put);
            table.row(List.of(t.render(heading).split("\t", -1)));
            for (ObjectNode row : rows) table.row(List.of(t.render(row).split("\t", -1)));
            table.lines().forEach(out::println);
        } else if (!format.contains("{{") && format.matches("\\w+")) {
            throw EngineException.invalid(
                    "unknown format \"" + format + "\"; there are table, json, and templates such as '{{.ID}}'");
        } else {
            Template t = Template.parse(TemplateParser.escapes(format), terminal);
            for (ObjectNode row : rows) out.println(t.render(row));
        }
    }

    private void table(PrintStream out) {
        Table table = new Table();
        List<String> heading = new ArrayList<>();
        for (String c : columns) heading.add(headers.getOrDefault(c, c));
        table.row(heading);
        for (ObjectNode row : rows) {
            List<String> cells = new ArrayList<>();
            for (String c : columns) cells.add(row.path(c).asText());
            table.row(cells);
        }
        table.lines().forEach(out::println);
    }
}
