package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.shell.command.Command.Operands;
import dev.felucca.shell.command.Command.Section;
import dev.felucca.shell.format.Table;
import dev.felucca.shell.options.Syntax;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Help, completion, and docker's longer names ({@code container ls}, {@code image prune}). */
final class HelpCommands {
    private static final Map<String, String> CONTAINER = subcommands(
            "attach", "create", "exec", "inspect", "kill", "logs", "pause", "restart", "rm", "run", "start", "stop",
            "top", "unpause", "update", "wait");

    private static final Map<String, String> IMAGE = subcommands("history", "import", "load", "save", "tag");

    static {
        CONTAINER.put("ls", "ps");
        CONTAINER.put("list", "ps");
        CONTAINER.put("ps", "ps");
        CONTAINER.put("prune", "prune");
        IMAGE.put("ls", "images");
        IMAGE.put("list", "images");
        IMAGE.put("rm", "rmi");
    }

    private static final Command IMAGE_PRUNE = Command.of(
            Section.IMAGES,
            Operands.OTHER,
            Syntax.of("image prune", "", "Remove images without a name")
                    .flag("-a, --all", "Remove all images without a container")
                    .flag("-f, --force", "Do not ask")
                    .refused("--filter")
                    .operands(0, 0),
            ImageCommands::prune);

    private static final Command IMAGE_INSPECT = Command.of(
            Section.IMAGES,
            Operands.IMAGES,
            Syntax.of("image inspect", "IMAGE [IMAGE...]", "Print what is known of images")
                    .value("-f, --format", "template", "json, or a template such as '{{.Id}}'")
                    .refused("--platform")
                    .operands(1, -1),
            call -> ViewCommands.inspect(call, "image"));

    private HelpCommands() {}

    private static Map<String, String> subcommands(String... names) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String n : names) map.put(n, n);
        return map;
    }

    static List<Command> all() {
        return List.of(
                Command.of(
                        Section.ENGINE,
                        Operands.OTHER,
                        Syntax.of("container", "COMMAND [ARG...]", "Commands for containers: " + names(CONTAINER))
                                .operands(1, -1)
                                .stopAtOperand(),
                        call -> dispatch(call, CONTAINER)),
                Command.of(
                        Section.IMAGES,
                        Operands.OTHER,
                        Syntax.of(
                                        "image",
                                        "COMMAND [ARG...]",
                                        "Commands for images: " + names(IMAGE) + ", inspect, prune")
                                .operands(1, -1)
                                .stopAtOperand(),
                        call -> dispatch(call, IMAGE)),
                Command.of(
                        Section.ENGINE,
                        Operands.COMMANDS,
                        Syntax.of("help", "[COMMAND]", "Show the commands, or one")
                                .operands(0, 1),
                        HelpCommands::help),
                Command.of(
                        Section.ENGINE,
                        Operands.OTHER,
                        Syntax.of(
                                        "completion",
                                        "SHELL",
                                        "Print a script that completes commands, options and names (bash)")
                                .operands(1, 1),
                        Completion::script),
                Command.of(
                        Section.ENGINE,
                        Operands.OTHER,
                        Syntax.of("complete", "[WORD...]", "Print what may stand in place of the last word")
                                .operands(0, -1)
                                .stopAtOperand(),
                        Completion::complete));
    }

    private static String names(Map<String, String> subcommands) {
        return String.join(", ", subcommands.keySet());
    }

    private static void dispatch(Call call, Map<String, String> subcommands) throws Exception {
        List<String> words = call.arguments().operands();
        String group = subcommands == IMAGE ? "image" : "container";
        String name = words.get(0);
        Command command;
        if (group.equals("image") && name.equals("prune")) command = IMAGE_PRUNE;
        else if (group.equals("image") && name.equals("inspect")) command = IMAGE_INSPECT;
        else {
            String target = subcommands.get(name);
            if (target == null)
                throw EngineException.invalid(
                        "there is no command \"" + group + " " + name + "\"; see `felucca help " + group + "`");
            command = call.context().commands().get(target);
        }
        call.delegate(command, words.subList(1, words.size()));
    }

    private static void help(Call call) {
        CommandTable commands = call.context().commands();
        if (!call.arguments().operands().isEmpty()) {
            call.out().print(commands.get(call.arguments().operand(0)).syntax().usage());
            return;
        }
        call.out().println("Usage:  felucca COMMAND [OPTIONS] [ARG...]");
        for (Section section : Section.values()) {
            call.out().println();
            call.out().println(section.title + ":");
            Table table = new Table();
            for (Command c : commands.commands())
                if (c.section() == section)
                    table.row("  " + c.name(), c.syntax().summary());
            table.lines().forEach(call.out()::println);
        }
        call.out().println();
        call.out()
                .println(
                        "`felucca COMMAND --help` shows a command's options. `felucca shutdown` ends the engine. Without a command there");
        call.out()
                .println(
                        "is an interactive shell, in which these and the OSGi framework's own commands (lb, services, ...) work.");
    }
}
