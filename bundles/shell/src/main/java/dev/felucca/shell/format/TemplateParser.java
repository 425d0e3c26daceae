package dev.felucca.shell.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.felucca.api.EngineException;
import dev.felucca.shell.format.Template.Expression;
import dev.felucca.shell.format.Template.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a {@link Template}. */
final class TemplateParser {
    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`|-?\\d+|\\.[\\w.]*|\\$\\w*|[A-Za-z]\\w*|\\)(?:\\.\\w+)*|[|(]|\\S)");

    private final String text;
    private final boolean terminal;
    private int at;
    private boolean trimNext;
    /** The block word that ended the last {@link #block}. */
    private String ended = "";

    TemplateParser(String text, boolean terminal) {
        this.text = text;
        this.terminal = terminal;
    }

    List<Part> parse() {
        List<Part> parts = block();
        if (!ended.isEmpty()) throw EngineException.invalid("template: {{" + ended + "}} without a beginning");
        return parts;
    }

    /** Parts up to the end of the text or an {@code end} or {@code else}. */
    private List<Part> block() {
        List<Part> parts = new ArrayList<>();
        while (at < text.length()) {
            String action = literal(parts);
            if (action == null) break;
            String word = action.split("\\s", 2)[0];
            switch (word) {
                case "end", "else" -> {
                    if (!action.equals(word))
                        throw EngineException.unsupported("template: {{" + action + "}} is not supported");
                    ended = word;
                    return parts;
                }
                case "if", "range" -> parts.add(branch(word, action.substring(word.length())));
                case "with", "define", "template", "block", "break", "continue" ->
                    throw EngineException.unsupported("template: {{" + word + "}} is not supported");
                default -> {
                    if (word.startsWith("/*")) continue;
                    Expression e = expression(action);
                    parts.add((data, out) -> out.append(shown(Template.text(e.value(data)))));
                }
            }
        }
        ended = "";
        return parts;
    }

    private String shown(String value) {
        return terminal ? Printable.text(value) : value;
    }

    /** Adds the text before the next action and returns the action's content; null at the end. */
    private @Nullable String literal(List<Part> parts) {
        int open = text.indexOf("{{", at);
        String before = text.substring(at, open < 0 ? text.length() : open);
        if (trimNext) before = before.stripLeading();
        int close = open < 0 ? -1 : text.indexOf("}}", open);
        if (open >= 0 && close < 0) throw EngineException.invalid("template: {{ is not closed");
        String action = open < 0 ? "" : text.substring(open + 2, close);
        if (action.startsWith("- ")) before = before.stripTrailing();
        trimNext = action.endsWith(" -");
        String literal = before;
        if (!literal.isEmpty()) parts.add((data, out) -> out.append(literal));
        at = open < 0 ? text.length() : close + 2;
        if (open < 0) return null;
        if (action.startsWith("- ")) action = action.substring(1);
        if (trimNext) action = action.substring(0, action.length() - 1);
        return action.strip();
    }

    private Part branch(String word, String condition) {
        Expression e = expression(condition);
        List<Part> then = block();
        List<Part> otherwise = List.of();
        if (ended.equals("else")) otherwise = block();
        if (!ended.equals("end")) throw EngineException.invalid("template: {{" + word + "}} has no {{end}}");
        List<Part> or = otherwise;
        if (word.equals("if"))
            return (data, out) -> Template.render(Template.truth(e.value(data)) ? then : or, data, out);
        return (data, out) -> {
            JsonNode all = e.value(data);
            if (!Template.truth(all)) Template.render(or, data, out);
            else for (JsonNode one : all) Template.render(then, one, out);
        };
    }

    // Expressions

    private static Expression expression(String source) {
        List<String> tokens = new ArrayList<>();
        Matcher m = TOKEN.matcher(source.strip());
        int end = 0;
        while (m.find()) {
            tokens.add(m.group(1));
            end = m.end();
        }
        if (tokens.isEmpty()) throw EngineException.invalid("template: {{}} is empty");
        if (end != source.strip().length()) throw unexpected(source);
        int[] position = {0};
        Expression e = pipe(tokens, position);
        if (position[0] != tokens.size()) throw unexpected(tokens.get(position[0]));
        return e;
    }

    private static Expression pipe(List<String> tokens, int[] position) {
        Expression left = command(tokens, position, null);
        while (position[0] < tokens.size() && tokens.get(position[0]).equals("|")) {
            position[0]++;
            left = command(tokens, position, left);
        }
        return left;
    }

    /** @param last the value of the pipe so far, which is the function's last argument */
    private static Expression command(List<String> tokens, int[] position, @Nullable Expression last) {
        if (position[0] >= tokens.size())
            throw EngineException.invalid("template: something is missing at the end of an action");
        String first = tokens.get(position[0]);
        if (!Character.isLetter(first.charAt(0)) || first.equals("true") || first.equals("false")) {
            if (last != null) throw EngineException.invalid("template: " + first + " is no function to pipe into");
            return operand(tokens, position);
        }
        position[0]++;
        List<Expression> arguments = new ArrayList<>();
        while (position[0] < tokens.size()
                && !tokens.get(position[0]).equals("|")
                && !tokens.get(position[0]).startsWith(")")) arguments.add(operand(tokens, position));
        if (last != null) arguments.add(last);
        if (!List.of("json", "len", "upper", "lower", "not", "eq", "ne", "join", "index", "println")
                .contains(first))
            throw EngineException.unsupported("template: the function \"" + first + "\" is not supported");
        return data -> {
            List<JsonNode> values = new ArrayList<>();
            for (Expression a : arguments) values.add(a.value(data));
            return Template.call(first, values);
        };
    }

    private static Expression operand(List<String> tokens, int[] position) {
        String token = tokens.get(position[0]++);
        char c = token.charAt(0);
        if (token.equals("(")) {
            Expression inner = pipe(tokens, position);
            if (position[0] >= tokens.size() || !tokens.get(position[0]).startsWith(")"))
                throw EngineException.invalid("template: ( is not closed");
            String close = tokens.get(position[0]++);
            if (close.length() == 1) return inner;
            Expression field = fields(close.substring(1));
            return data -> field.value(inner.value(data));
        }
        if (c == '"') return constant(new TextNode(escapes(token.substring(1, token.length() - 1))));
        if (c == '`') return constant(new TextNode(token.substring(1, token.length() - 1)));
        if (token.equals("true") || token.equals("false")) return constant(BooleanNode.valueOf(token.equals("true")));
        if (Character.isDigit(c) || (c == '-' && token.length() > 1))
            return constant(new LongNode(Long.parseLong(token)));
        if (c == '.') return fields(token);
        if (c == '$') throw EngineException.unsupported("template: variables (" + token + ") are not supported");
        throw unexpected(token);
    }

    private static Expression fields(String token) {
        if (token.equals(".")) return data -> data;
        if (token.contains("..") || token.endsWith(".")) throw unexpected(token);
        String[] names = token.substring(1).split("\\.");
        return data -> {
            JsonNode value = data;
            for (String name : names) value = Template.field(value, name);
            return value;
        };
    }

    private static Expression constant(JsonNode value) {
        return data -> value;
    }

    static String escapes(String text) {
        return text.replace("\\n", "\n")
                .replace("\\t", "\t")
                .replace("\\\"", "\"")
                .replace("\\\\", "\\");
    }

    private static EngineException unexpected(String token) {
        return EngineException.invalid("template: unexpected \"" + token + "\"");
    }
}
