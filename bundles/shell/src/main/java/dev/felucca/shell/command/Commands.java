package dev.felucca.shell.command;

import dev.felucca.shell.terminal.ShellTerminal;
import dev.felucca.shell.transport.Completions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Registers every command as a Gogo function of scope {@code felucca}. A function takes its arguments as words; what Gogo's own
 * option parser would do is done by {@link dev.felucca.shell.options.Syntax}, because docker's syntax is another.
 */
@Component(service = Completions.class, immediate = true)
public final class Commands implements Completions {
    static final String SCOPE = "felucca";

    private final EngineServices engine;
    private final CommandTable table;
    private final List<ServiceRegistration<Function>> registrations = new ArrayList<>();

    @Activate
    public Commands(BundleContext context) {
        engine = new EngineServices(context);
        table = CommandTable.all();
        for (Command command : table.commands()) {
            var properties = FrameworkUtil.asDictionary(
                    Map.of(CommandProcessor.COMMAND_SCOPE, SCOPE, CommandProcessor.COMMAND_FUNCTION, command.name()));
            registrations.add(context.registerService(Function.class, function(command, engine, table), properties));
        }
    }

    private static Function function(Command command, Engine engine, CommandTable table) {
        return (session, arguments) -> {
            List<String> words = new ArrayList<>();
            for (Object a : arguments) words.add(String.valueOf(a));
            command.call(new Call.Context(ShellTerminal.of(session), engine, table), words);
            return null;
        };
    }

    @Override
    public SortedSet<String> candidates(List<String> words) {
        return Completion.candidates(table, engine, words);
    }

    @Deactivate
    void stop() {
        registrations.forEach(ServiceRegistration::unregister);
        engine.close();
    }
}
