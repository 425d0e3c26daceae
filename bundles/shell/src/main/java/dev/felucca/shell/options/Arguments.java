package dev.felucca.shell.options;

import dev.felucca.api.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a command was given. Options are named by their long name without dashes. */
public final class Arguments {
    private final Syntax syntax;
    private final Map<String, List<String>> values;
    private final List<String> operands;

    Arguments(Syntax syntax, Map<String, List<String>> values, List<String> operands) {
        this.syntax = syntax;
        this.values = values;
        this.operands = List.copyOf(operands);
    }

    public boolean wantsHelp() {
        return flag("help");
    }

    public boolean given(String option) {
        return values.containsKey(option);
    }

    public boolean flag(String option) {
        return "true".equals(value(option));
    }

    /** The value that was given last; null if none was. */
    public @Nullable String value(String option) {
        List<String> given = list(option);
        return given.isEmpty() ? null : given.get(given.size() - 1);
    }

    public String value(String option, String otherwise) {
        String value = value(option);
        return value == null ? otherwise : value;
    }

    /** All values in their order. */
    public List<String> list(String option) {
        return values.getOrDefault(option, List.of());
    }

    public List<String> operands() {
        return operands;
    }

    public String operand(int index) {
        return operands.get(index);
    }

    /**
     * Converts an option's value; null if it was not given.
     *
     * @throws WrongValueException naming option and value, if the conversion throws an exception of the engine
     */
    public <T> @Nullable T convert(String option, Function<String, T> conversion) {
        String value = value(option);
        return value == null ? null : converted(option, value, conversion);
    }

    /**
     * As {@link #convert} for an option whose value docker's parser takes as it is and its engine refuses: the exit status is the
     * command's and not that of wrong usage.
     *
     * @throws EngineException naming option and value, if the conversion throws one
     */
    public <T> @Nullable T convertLate(String option, Function<String, T> conversion) {
        try {
            return convert(option, conversion);
        } catch (WrongValueException e) {
            throw new EngineException(e.kind(), e.message(), e);
        }
    }

    /** Converts each value of a list. */
    public <T> List<T> convertAll(String option, Function<String, T> conversion) {
        List<T> all = new ArrayList<>();
        for (String value : list(option)) all.add(converted(option, value, conversion));
        return all;
    }

    private <T> T converted(String option, String value, Function<String, T> conversion) {
        try {
            return conversion.apply(value);
        } catch (EngineException e) {
            throw new WrongValueException(e, message(option, value, e.message()));
        }
    }

    /** An error about an option's value, in docker's form. */
    public EngineException invalid(String option, String value, String reason) {
        return EngineException.invalid(message(option, value, reason));
    }

    private String message(String option, String value, String reason) {
        return "invalid argument \"" + value + "\" for \"" + syntax.shown(option) + "\" flag: " + reason;
    }
}
