package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerLifecycle.Pruned;
import dev.felucca.api.container.ContainerLifecycle.WaitCondition;
import dev.felucca.api.container.Resources;
import dev.felucca.api.container.RestartPolicy;
import dev.felucca.api.container.Signals;
import dev.felucca.shell.command.Command.Operands;
import dev.felucca.shell.command.Command.Section;
import dev.felucca.shell.format.Human;
import dev.felucca.shell.options.Syntax;
import dev.felucca.shell.values.Sizes;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Commands that change the state of containers that are there. */
final class StateCommands {
    private static final int SIGKILL = 9;
    private static final String CONTAINERS = "CONTAINER [CONTAINER...]";

    private StateCommands() {}

    static List<Command> all() {
        return List.of(
                command(
                        syntax("stop", "Stop running containers: the stop signal, and SIGKILL after a while")
                                .value(
                                        "-t, --time, --timeout",
                                        "seconds",
                                        "Seconds to wait before SIGKILL; -1 for ever")
                                .refused("-s, --signal"),
                        call -> {
                            Integer seconds = seconds(call);
                            call.each(
                                    c -> done(call, c, call.engine().lifecycle().stop(c, seconds)));
                        }),
                command(
                        syntax("restart", "Stop containers and start them again")
                                .value(
                                        "-t, --time, --timeout",
                                        "seconds",
                                        "Seconds to wait before SIGKILL; -1 for ever")
                                .refused("-s, --signal"),
                        call -> {
                            Integer seconds = seconds(call);
                            call.each(
                                    c -> done(call, c, call.engine().lifecycle().restart(c, seconds)));
                        }),
                command(
                        syntax("kill", "Send a signal to running containers")
                                .value("-s, --signal", "signal", "Signal (default SIGKILL)"),
                        call -> {
                            Integer given = call.arguments().convertLate("signal", Signals::parse);
                            int signal = given == null ? SIGKILL : given;
                            call.each(
                                    c -> done(call, c, call.engine().lifecycle().kill(c, signal)));
                        }),
                command(
                        syntax("pause", "Freeze all processes of containers"),
                        call -> call.each(
                                c -> done(call, c, call.engine().lifecycle().pause(c)))),
                command(
                        syntax("unpause", "Let the processes of containers go on"),
                        call -> call.each(
                                c -> done(call, c, call.engine().lifecycle().unpause(c)))),
                command(
                        Syntax.of("rename", "CONTAINER NAME", "Give a container another name")
                                .operands(2, 2),
                        call -> call.await(call.engine()
                                .lifecycle()
                                .rename(
                                        call.arguments().operand(0),
                                        call.arguments().operand(1)))),
                command(updateSyntax(), StateCommands::update),
                command(
                        syntax("wait", "Wait until containers stop, and print their exit codes"),
                        call -> call.each(c -> call.out()
                                .println(call.await(call.engine().lifecycle().wait(c, WaitCondition.NOT_RUNNING))
                                        .code()))),
                command(
                        syntax("rm", "Remove containers")
                                .flag("-f, --force", "Kill running ones first")
                                .flag("-v, --volumes", "Remove their anonymous volumes too")
                                .refused("-l, --link"),
                        StateCommands::remove),
                Command.of(
                        Section.RUN,
                        Operands.OTHER,
                        Syntax.of("prune", "", "Remove all stopped containers")
                                .flag("-f, --force", "Do not ask")
                                .refused("--filter")
                                .operands(0, 0),
                        StateCommands::prune));
    }

    private static Syntax.Builder updateSyntax() {
        return syntax("update", "Change limits and restart policy of containers")
                .value("-m, --memory", "bytes", "Memory limit")
                .value("--memory-reservation", "bytes", "Soft memory limit")
                .value("--memory-swap", "bytes", "Memory plus swap; -1 for unlimited swap")
                .value("--cpus", "number", "Number of CPUs")
                .value("-c, --cpu-shares", "number", "CPU shares (relative weight)")
                .value("--cpu-period", "microseconds", "Period of the CPU quota")
                .value("--cpu-quota", "microseconds", "CPU time in each period")
                .value("--cpu-rt-period", "microseconds", "Period of the real-time limit")
                .value("--cpu-rt-runtime", "microseconds", "Real-time CPU time in each period")
                .value("--cpuset-cpus", "list", "CPUs to run on (0-3, 0,1)")
                .value("--cpuset-mems", "list", "Memory nodes to use (0-3, 0,1)")
                .value("--blkio-weight", "10..1000", "Block I/O weight")
                .value("--pids-limit", "number", "Limit of processes; -1 for none")
                .value("--restart", "policy", "Restart policy: no, on-failure[:MAX-RETRIES], always, unless-stopped")
                .refused("--kernel-memory");
    }

    private static void update(Call call) throws Exception {
        Resources changed = new ResourceFlags(call.arguments()).resources();
        RestartPolicy policy = call.arguments().convertLate("restart", HostFlags::restartPolicy);
        if (policy == null && changed.equals(Resources.NONE))
            throw EngineException.invalid("you must provide one or more flags when using this command");
        call.each(c -> done(call, c, call.engine().lifecycle().update(c, changed, policy)));
    }

    private static Syntax.Builder syntax(String name, String summary) {
        return Syntax.of(name, CONTAINERS, summary).operands(1, -1);
    }

    private static Command command(Syntax.Builder syntax, Command.Action action) {
        return Command.of(Section.RUN, Operands.CONTAINERS, syntax, action);
    }

    private static @Nullable Integer seconds(Call call) {
        return call.arguments().convert("timeout", s -> Sizes.integer(s, -1, Integer.MAX_VALUE));
    }

    private static void done(Call call, String container, CompletionStage<Void> change) {
        call.change(change);
        call.out().println(container);
    }

    private static void remove(Call call) throws Exception {
        boolean force = call.arguments().flag("force");
        boolean volumes = call.arguments().flag("volumes");
        call.each(c -> {
            try {
                done(call, c, call.engine().lifecycle().remove(c, force, volumes));
            } catch (EngineException e) {
                // as docker: what is forced away and not there is away, but said
                if (!force || e.kind() != EngineException.Kind.NOT_FOUND) throw e;
                call.out().flush();
                call.err().println("felucca: " + e.message());
            }
        });
    }

    static void prune(Call call) throws Exception {
        if (!call.arguments().flag("force") && !Question.ask(call, "WARNING! This will remove all stopped containers."))
            return;
        Pruned pruned = call.await(call.engine().lifecycle().prune(c -> true));
        if (!pruned.removed().isEmpty()) {
            call.out().println("Deleted Containers:");
            pruned.removed().forEach(call.out()::println);
            call.out().println();
        }
        call.out().println("Total reclaimed space: " + Human.size(pruned.bytes()));
    }
}
