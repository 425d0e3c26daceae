package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.image.Image;
import dev.felucca.shell.command.Command.Operands;
import dev.felucca.shell.options.Syntax;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What may stand where the caller is typing. */
final class Completion {
    private static final String BASH =
            """
            # felucca completion for bash: source <(felucca completion bash)
            _felucca() {
                local IFS=$'\\n'
                COMPREPLY=($("${COMP_WORDS[0]}" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
                compopt -o nosort 2>/dev/null
            }
            complete -o default -F _felucca felucca
            """;

    private Completion() {}

    static void script(Call call) {
        if (!call.arguments().operand(0).equals("bash"))
            throw EngineException.unsupported(
                    "not supported: completion for " + call.arguments().operand(0) + "; there is bash");
        call.out().print(BASH);
    }

    static void complete(Call call) {
        for (String c : candidates(
                call.context().commands(), call.engine(), call.arguments().operands()))
            call.out().println(c);
    }

    /** What begins as the last word does and may stand in its place. */
    static SortedSet<String> candidates(CommandTable commands, Engine engine, List<String> words) {
        String last = words.isEmpty() ? "" : words.get(words.size() - 1);
        SortedSet<String> found = all(commands, engine, words);
        found.removeIf(c -> !c.startsWith(last));
        return found;
    }

    private static SortedSet<String> all(CommandTable commands, Engine engine, List<String> words) {
        SortedSet<String> found = new TreeSet<>();
        if (words.size() <= 1) {
            for (Command c : commands.commands()) if (!c.name().equals("complete")) found.add(c.name());
            return found;
        }
        Command command = find(commands, words.get(0));
        if (command == null) return found;
        Syntax syntax = command.syntax();
        String last = words.get(words.size() - 1);
        if (last.startsWith("-")) {
            for (String o : syntax.optionNames()) if (o.startsWith("--") || last.equals("-")) found.add(o);
            return found;
        }
        // after an option that takes a value, files are as good a guess as any: the shell's own
        if (words.size() > 2 && syntax.takesValue(words.get(words.size() - 2))) return found;
        if (command.operands() == Operands.CONTAINERS)
            for (ContainerInfo c : engine.views().list()) found.add(c.name());
        if (command.operands() == Operands.IMAGES || command.name().equals("inspect"))
            for (Image i : engine.images().list()) found.addAll(i.tags());
        if (command.operands() == Operands.COMMANDS) for (Command c : commands.commands()) found.add(c.name());
        return found;
    }

    private static @Nullable Command find(CommandTable commands, String name) {
        for (Command c : commands.commands()) if (c.name().equals(name)) return c;
        return null;
    }
}
