package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All commands by name. */
final class CommandTable {
    private final Map<String, Command> byName = new LinkedHashMap<>();

    CommandTable(List<List<Command>> groups) {
        for (List<Command> group : groups) for (Command c : group) byName.put(c.name(), c);
    }

    static CommandTable all() {
        return new CommandTable(List.of(
                RunCommands.all(),
                ExecCommands.all(),
                FileCommands.all(),
                StateCommands.all(),
                ViewCommands.all(),
                ImageCommands.all(),
                NetworkCommands.all(),
                VolumeCommands.all(),
                EngineCommands.all(),
                HelpCommands.all()));
    }

    Collection<Command> commands() {
        return byName.values();
    }

    Command get(String name) {
        Command c = byName.get(name);
        if (c == null) throw EngineException.notFound("there is no command \"" + name + "\"; see `felucca help`");
        return c;
    }
}
