package dev.felucca.shell.options;

import dev.felucca.api.EngineException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The options and operands of one command, as docker's own parser (pflag) takes them: {@code -it} joined, {@code --name x} and
 * {@code --name=x}, {@code -m512m}, lists by repetition, the last of two single values, {@code --} before operands. An option is
 * known by its long name without dashes.
 *
 * <p>Thread-safe. The parser's model is made at the first use and kept: making it costs more than a parse.
 */
public final class Syntax {
    private static final String HELP = "help";

    enum Kind {
        FLAG,
        VALUE,
        LIST,
        /** Docker has it and we do not: refused by name. */
        REFUSED
    }

    record Option(String names, List<String> all, Kind kind, String placeholder, String help) {
        String key() {
            String last = all.get(all.size() - 1);
            return last.substring(last.startsWith("--") ? 2 : 1);
        }
    }

    private final Builder declared;
    private final Map<String, Option> byName = new LinkedHashMap<>();
    private final ConcurrentLinkedDeque<CommandLine> idle = new ConcurrentLinkedDeque<>();

    private Syntax(Builder declared) {
        this.declared = declared;
        for (Option o : declared.options) for (String name : o.all()) byName.put(name, o);
    }

    /** @param operands as shown in the usage line, such as {@code IMAGE [COMMAND] [ARG...]} */
    public static Builder of(String name, String operands, String summary) {
        return new Builder(name, operands, summary);
    }

    public String name() {
        return declared.name;
    }

    public String summary() {
        return declared.summary;
    }

    /** Long and short names of the options that work, for completion. */
    public Set<String> optionNames() {
        Set<String> names = new LinkedHashSet<>();
        byName.forEach((name, o) -> {
            if (o.kind() != Kind.REFUSED) names.add(name);
        });
        return names;
    }

    /** Whether the option takes a value, for completion. */
    public boolean takesValue(String optionName) {
        Option o = byName.get(optionName);
        return o != null && (o.kind() == Kind.VALUE || o.kind() == Kind.LIST);
    }

    /** The help text. */
    public String usage() {
        return commandLine().getUsageMessage(Ansi.OFF);
    }

    /**
     * Parses a command's arguments.
     *
     * @throws EngineException INVALID in docker's words; UNSUPPORTED for an option that is not there yet
     */
    public Arguments parse(List<String> arguments) {
        CommandLine line = idle.poll();
        if (line == null) line = commandLine();
        try {
            return collect(line.parseArgs(arguments.toArray(new String[0])));
        } catch (ParameterException e) {
            throw wrong(e);
        } finally {
            idle.push(line);
        }
    }

    private Arguments collect(CommandLine.ParseResult result) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (OptionSpec spec : result.matchedOptionsSet()) {
            Option o = option(spec.longestName());
            Object value = spec.getValue();
            if (o.kind() == Kind.REFUSED && !"false".equals(value))
                throw EngineException.unsupported("not supported: " + spec.longestName() + hint());
            List<String> texts = new ArrayList<>();
            if (value instanceof List<?> list) for (Object v : list) texts.add(String.valueOf(v));
            else texts.add(String.valueOf(value));
            values.put(o.key(), texts);
        }
        Arguments parsed = new Arguments(this, values, operands(result));
        if (!parsed.wantsHelp()) checkCount(parsed.operands().size());
        return parsed;
    }

    private static List<String> operands(CommandLine.ParseResult result) {
        List<String> operands = new ArrayList<>();
        for (PositionalParamSpec p : result.matchedPositionalsSet())
            if (p.getValue() instanceof List<?> list) for (Object v : list) operands.add(String.valueOf(v));
        return operands;
    }

    private void checkCount(int n) {
        int min = declared.min;
        int max = declared.max;
        if (n >= min && n <= max) return;
        String needs = min == max
                ? (min == 0 ? "takes no arguments" : "requires exactly " + count(min))
                : n < min ? "requires at least " + count(min) : "takes at most " + count(max);
        throw new WrongCountException("\"felucca " + name() + "\" " + needs + hint());
    }

    private static String count(int n) {
        return n + (n == 1 ? " argument" : " arguments");
    }

    private String hint() {
        return "\nSee 'felucca " + name() + " --help'.";
    }

    Option option(String longName) {
        Option o = byName.get(longName);
        if (o == null) throw new IllegalArgumentException("felucca " + name() + " declares no " + longName);
        return o;
    }

    /** The option's names as docker shows them in errors: {@code -m, --memory}. */
    String shown(String key) {
        Option o = byName.get("--" + key);
        return o == null ? "--" + key : o.names();
    }

    private EngineException wrong(ParameterException e) {
        if (e instanceof UnmatchedArgumentException u && !u.getUnmatched().isEmpty())
            return EngineException.invalid(unknown(u.getUnmatched().get(0)) + hint());
        if (e instanceof CommandLine.MissingParameterException m
                && !m.getMissing().isEmpty()
                && m.getMissing().get(0) instanceof OptionSpec o)
            return EngineException.invalid("flag needs an argument: " + o.longestName() + hint());
        if (e.getArgSpec() instanceof OptionSpec o)
            return EngineException.invalid(
                    "invalid argument " + (e.getValue() == null ? "" : "\"" + e.getValue() + "\" ") + "for \""
                            + option(o.longestName()).names() + "\" flag" + hint());
        return EngineException.invalid(e.getMessage() + hint());
    }

    private String unknown(String word) {
        if (word.startsWith("--")) return "unknown flag: " + word.split("=", 2)[0];
        if (!word.startsWith("-") || word.length() < 2) return "unexpected argument: " + word;
        for (char c : word.substring(1).toCharArray())
            if (!byName.containsKey("-" + c)) return "unknown shorthand flag: '" + c + "' in " + word;
        return "unknown flag: " + word;
    }

    private CommandLine commandLine() {
        CommandSpec spec = CommandSpec.create().name("felucca " + name());
        spec.usageMessage()
                .description(declared.summary)
                .customSynopsis(
                        "felucca " + name() + (declared.options.size() > 1 ? " [OPTIONS] " : " ") + declared.operands)
                .synopsisHeading("Usage:  ")
                .optionListHeading("%nOptions:%n")
                .descriptionHeading("%n")
                .sortOptions(true)
                .width(110);
        for (Option o : declared.options) spec.addOption(model(o));
        spec.addPositional(PositionalParamSpec.builder()
                .index("0..*")
                .arity("0..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .hidden(true)
                .build());
        CommandLine line = new CommandLine(spec);
        line.setExpandAtFiles(false);
        line.setInterpolateVariables(false);
        line.setOverwrittenOptionsAllowed(true);
        line.setPosixClusteredShortOptionsAllowed(true);
        line.setStopAtPositional(declared.stopAtOperand);
        line.setAllowOptionsAsOptionParameters(true);
        line.setUnmatchedOptionsArePositionalParams(false);
        line.setTrimQuotes(false);
        return line;
    }

    private static OptionSpec model(Option o) {
        OptionSpec.Builder b = OptionSpec.builder(o.all().toArray(new String[0]))
                .description(
                        o.help().isEmpty()
                                ? new String[0]
                                : new String[] {o.help().replace("%", "%%")});
        switch (o.kind()) {
            case FLAG -> b.type(boolean.class);
            case VALUE -> b.type(String.class).arity("1").paramLabel(o.placeholder());
            case LIST ->
                b.type(List.class).auxiliaryTypes(String.class).arity("1").paramLabel(o.placeholder());
            case REFUSED -> b.type(String.class).arity("0..1").fallbackValue("").hidden(true);
        }
        return b.build();
    }

    /** Declares a syntax. Names are written as they are shown: {@code -m, --memory}. */
    public static final class Builder {
        private final String name;
        private final String operands;
        private final String summary;
        private final List<Option> options = new ArrayList<>();
        private boolean stopAtOperand;
        private int min;
        private int max = Integer.MAX_VALUE;

        private Builder(String name, String operands, String summary) {
            this.name = name;
            this.operands = operands;
            this.summary = summary;
            flag("--" + HELP, "Print usage");
        }

        private Builder add(String names, Kind kind, String placeholder, String help) {
            options.add(new Option(names, List.of(names.split(", ")), kind, placeholder, help));
            return this;
        }

        public Builder flag(String names, String help) {
            return add(names, Kind.FLAG, "", help);
        }

        public Builder value(String names, String placeholder, String help) {
            return add(names, Kind.VALUE, placeholder, help);
        }

        /** A value that may be given several times. */
        public Builder list(String names, String placeholder, String help) {
            return add(names, Kind.LIST, placeholder, help);
        }

        /** Options of docker that are refused by name; {@code --x=false} is taken, since it asks for nothing. */
        public Builder refused(String... names) {
            for (String n : names) add(n, Kind.REFUSED, "", "");
            return this;
        }

        /** How many operands there may be; -1 for any number. */
        public Builder operands(int least, int most) {
            min = least;
            max = most < 0 ? Integer.MAX_VALUE : most;
            return this;
        }

        /** What follows the first operand belongs to another program. */
        public Builder stopAtOperand() {
            stopAtOperand = true;
            return this;
        }

        public Syntax build() {
            return new Syntax(this);
        }
    }
}
