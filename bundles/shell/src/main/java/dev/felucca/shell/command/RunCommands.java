package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerLifecycle.Created;
import dev.felucca.api.container.ContainerLifecycle.WaitCondition;
import dev.felucca.api.container.DetachKeys;
import dev.felucca.api.exec.ExecFailedException;
import dev.felucca.api.exec.StreamKind;
import dev.felucca.api.image.Progress;
import dev.felucca.shell.command.Command.Operands;
import dev.felucca.shell.command.Command.Section;
import dev.felucca.shell.options.Arguments;
import dev.felucca.shell.options.Syntax;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Commands that make containers and join their streams. */
final class RunCommands {
    static final Set<StreamKind> BOTH = Set.copyOf(EnumSet.of(StreamKind.STDOUT, StreamKind.STDERR));

    private RunCommands() {}

    static List<Command> all() {
        return List.of(
                Command.running(
                        RunSyntax.of("run", "Create and run a new container from an image")
                                .flag("-d, --detach", "Run in the background and print the container's id")
                                .flag("--sig-proxy", "Pass signals on to the container (default true)"),
                        RunCommands::run),
                Command.running(RunSyntax.of("create", "Create a new container"), RunCommands::create),
                Command.of(
                        Section.RUN,
                        Operands.CONTAINERS,
                        Syntax.of("start", "CONTAINER [CONTAINER...]", "Start stopped containers")
                                .flag("-a, --attach", "Join its output and pass signals on")
                                .flag("-i, --interactive", "Join its standard input")
                                .value("--detach-keys", "keys", "Keys that leave a container with a terminal")
                                .refused("--checkpoint", "--checkpoint-dir")
                                .operands(1, -1),
                        RunCommands::start),
                Command.of(
                        Section.RUN,
                        Operands.CONTAINERS,
                        Syntax.of("attach", "CONTAINER", "Join the streams of a running container")
                                .flag("--no-stdin", "Do not join standard input")
                                .flag("--sig-proxy", "Pass signals on to the container (default true)")
                                .value("--detach-keys", "keys", "Keys that leave a container with a terminal")
                                .operands(1, 1),
                        RunCommands::attach));
    }

    private static void run(Call call) throws Exception {
        Arguments a = call.arguments();
        boolean detach = a.flag("detach");
        Set<StreamKind> attach = attach(a);
        if (detach && a.given("attach"))
            throw EngineException.invalid("-d excludes -a: what is in the background is not joined");
        boolean tty = a.flag("tty");
        boolean stdin = !detach && a.flag("interactive") && attach.contains(StreamKind.STDIN);
        if (tty && stdin && !call.terminal().stdinIsTty())
            throw EngineException.invalid(
                    "-t with -i needs a terminal as standard input, and it is none; leave -t away");
        DetachKeys keys = keys(a);
        Created created = make(call, stdin);
        boolean remove = a.flag("rm");
        try {
            if (detach) {
                if (tty) size(call, created.id());
                call.await(call.engine().lifecycle().start(created.id()));
                call.out().println(created.id());
                return;
            }
            Set<StreamKind> shown = EnumSet.copyOf(attach);
            shown.remove(StreamKind.STDIN);
            if (shown.isEmpty()) call.out().println(created.id());
            boolean proxy = !tty && proxies(a);
            WaitCondition until = remove ? WaitCondition.REMOVED : WaitCondition.NEXT_EXIT;
            var mode = new AttachedRun.Mode(tty, stdin, shown, proxy, keys, true);
            call.exitCode(new AttachedRun(call, Program.container(call.engine(), created.id(), until), mode).run());
        } catch (ExecFailedException e) {
            call.terminal().exitCode(e.exitCode());
            throw e;
        }
    }

    /** The terminal of a run in the background begins with the caller's size. */
    private static void size(Call call, String container) {
        call.terminal().windowSize().ifPresent(size -> {
            try (var nothing = call.engine().streams().attach(container, false, new OutputQueue(true, Set.of()))) {
                nothing.resize(size.rows(), size.columns());
            }
        });
    }

    private static void create(Call call) throws Exception {
        Arguments a = call.arguments();
        Set<StreamKind> attach = attach(a);
        Created created = make(call, a.flag("interactive") && attach.contains(StreamKind.STDIN));
        call.out().println(created.id());
    }

    private static Created make(Call call, boolean stdin) throws IOException {
        Arguments a = call.arguments();
        var config = new ConfigFlags(call).config(stdin);
        var host = new HostFlags(call).config();
        String cidfile = a.value("cidfile");
        Path file = cidfile == null ? null : call.path(cidfile);
        if (file != null && Files.exists(file))
            throw a.invalid(
                    "cidfile",
                    String.valueOf(cidfile),
                    "the file is there already; remove it, or is the container still in use?");
        RegistryCommands.provide(call, config.image());
        Progress unpacking = ProgressLines.on(call.terminal(), a.flag("quiet"));
        Created created = call.await(call.engine().lifecycle().create(a.value("name"), config, host, unpacking));
        ProgressLines.finish(unpacking);
        for (String warning : created.warnings()) call.err().println("WARNING: " + warning);
        if (file != null)
            Files.writeString(
                    file,
                    created.id(),
                    StandardCharsets.US_ASCII,
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE);
        return created;
    }

    /** The streams to join; without {@code -a} all of them. */
    private static Set<StreamKind> attach(Arguments a) {
        List<StreamKind> given = a.convertAll("attach", s -> switch (s.toLowerCase(Locale.ROOT)) {
            case "stdin" -> StreamKind.STDIN;
            case "stdout" -> StreamKind.STDOUT;
            case "stderr" -> StreamKind.STDERR;
            default -> throw EngineException.invalid("valid streams are STDIN, STDOUT and STDERR");
        });
        return given.isEmpty() ? EnumSet.allOf(StreamKind.class) : EnumSet.copyOf(given);
    }

    private static boolean proxies(Arguments a) {
        return !a.given("sig-proxy") || a.flag("sig-proxy");
    }

    static DetachKeys keys(Arguments a) {
        DetachKeys keys = a.convert("detach-keys", DetachKeys::parse);
        return keys == null ? DetachKeys.parse(DetachKeys.DEFAULT) : keys;
    }

    private static void start(Call call) throws Exception {
        Arguments a = call.arguments();
        if (!a.flag("attach") && !a.flag("interactive")) {
            call.each(c -> {
                call.change(call.engine().lifecycle().start(c));
                call.out().println(c);
            });
            return;
        }
        if (a.operands().size() > 1)
            throw EngineException.invalid("only one container can be started and joined at once");
        ContainerInfo info = call.engine().views().get(a.operand(0));
        if (info.state().isRunning())
            throw EngineException.conflict(
                    "container " + a.operand(0) + " is running already; join it with `felucca attach`");
        boolean tty = info.config().tty();
        boolean stdin = a.flag("interactive") && info.config().openStdin();
        WaitCondition until = info.hostConfig().autoRemove() ? WaitCondition.REMOVED : WaitCondition.NEXT_EXIT;
        var mode = new AttachedRun.Mode(tty, stdin, BOTH, !tty, keys(a), true);
        call.exitCode(new AttachedRun(call, Program.container(call.engine(), info.id(), until), mode).run());
    }

    private static void attach(Call call) throws Exception {
        Arguments a = call.arguments();
        ContainerInfo info = call.engine().views().get(a.operand(0));
        switch (info.state().status()) {
            case RUNNING -> {}
            case PAUSED -> throw EngineException.conflict("You cannot attach to a paused container, unpause it first");
            case RESTARTING ->
                throw EngineException.conflict("You cannot attach to a restarting container, wait until it is running");
            default -> throw EngineException.conflict("You cannot attach to a stopped container, start it first");
        }
        boolean tty = info.config().tty();
        boolean stdin = !a.flag("no-stdin") && info.config().openStdin();
        if (tty && stdin && !call.terminal().stdinIsTty())
            throw EngineException.invalid("the container has a terminal, and standard input is none; use --no-stdin");
        WaitCondition until = info.hostConfig().autoRemove() ? WaitCondition.REMOVED : WaitCondition.NOT_RUNNING;
        var mode = new AttachedRun.Mode(tty, stdin, BOTH, !tty && proxies(a), keys(a), false);
        call.exitCode(new AttachedRun(call, Program.container(call.engine(), info.id(), until), mode).run());
    }
}
