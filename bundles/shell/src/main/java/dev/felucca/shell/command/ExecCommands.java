package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerViews.ProcessTable;
import dev.felucca.api.container.DetachKeys;
import dev.felucca.api.container.ExecConfig;
import dev.felucca.api.container.ExecInfo;
import dev.felucca.api.exec.ExecFailedException;
import dev.felucca.api.spec.Box;
import dev.felucca.shell.command.Command.Operands;
import dev.felucca.shell.command.Command.Section;
import dev.felucca.shell.format.Table;
import dev.felucca.shell.options.Arguments;
import dev.felucca.shell.options.Syntax;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commands about the processes in a running container. */
final class ExecCommands {
    private ExecCommands() {}

    static List<Command> all() {
        return List.of(
                Command.of(
                        Section.RUN,
                        Operands.CONTAINERS,
                        Syntax.of("exec", "CONTAINER COMMAND [ARG...]", "Execute a command in a running container")
                                .flag("-d, --detach", "Run in the background")
                                .value(
                                        "--detach-keys",
                                        "keys",
                                        "Keys that leave it with a terminal (default ctrl-p,ctrl-q)")
                                .list("-e, --env", "NAME=value", "Set a variable; a bare NAME takes the caller's value")
                                .list("--env-file", "file", "Read variables from a file")
                                .flag("-i, --interactive", "Join standard input")
                                .flag("--privileged", "Give it all privileges")
                                .flag("-t, --tty", "Give it a terminal")
                                .value("-u, --user", "name[:group]", "User name or number, with an optional group")
                                .value("-w, --workdir", "path", "Working directory in the container")
                                .operands(2, -1)
                                .stopAtOperand(),
                        ExecCommands::exec),
                Command.of(
                        Section.SEE,
                        Operands.CONTAINERS,
                        Syntax.of(
                                        "top",
                                        "CONTAINER [ps OPTIONS]",
                                        "Show a container's processes, as the host's ps does")
                                .operands(1, -1)
                                .stopAtOperand(),
                        ExecCommands::top));
    }

    private static void exec(Call call) throws Exception {
        Arguments a = call.arguments();
        boolean detach = a.flag("detach");
        boolean tty = a.flag("tty");
        boolean stdin = a.flag("interactive") && !detach;
        if (tty && stdin && !call.terminal().stdinIsTty())
            throw EngineException.invalid(
                    "-t with -i needs a terminal as standard input, and it is none; leave -t away");
        DetachKeys keys = RunCommands.keys(a);
        ExecConfig config = new ExecConfig(
                a.operands().subList(1, a.operands().size()),
                new ConfigFlags(call).environment(),
                a.convert("workdir", ConfigFlags::absolute),
                a.value("user"),
                tty,
                stdin,
                a.flag("privileged"),
                tty && !detach ? size(call) : null);
        ExecInfo exec = call.engine().execs().create(a.operand(0), config);
        try {
            if (detach) {
                call.await(call.engine().execs().start(exec.id(), null));
                return;
            }
            var mode = new AttachedRun.Mode(tty, stdin, RunCommands.BOTH, !tty, keys, true);
            call.exitCode(new AttachedRun(call, Program.exec(call.engine().execs(), exec.id()), mode).run());
        } catch (ExecFailedException e) {
            call.terminal().exitCode(e.exitCode());
            throw e;
        }
    }

    private static @Nullable Box size(Call call) {
        return call.terminal()
                .windowSize()
                .map(s -> new Box(s.rows(), s.columns()))
                .orElse(null);
    }

    private static void top(Call call) {
        Arguments a = call.arguments();
        ContainerInfo info = call.engine().views().get(a.operand(0));
        ProcessTable found = call.engine()
                .views()
                .top(info.id(), a.operands().subList(1, a.operands().size()));
        Table table = new Table();
        table.row(found.titles().toArray(String[]::new));
        found.processes().forEach(p -> table.row(p.toArray(String[]::new)));
        table.lines().forEach(call.out()::println);
    }
}
