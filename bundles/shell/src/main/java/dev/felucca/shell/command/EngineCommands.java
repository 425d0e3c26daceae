package dev.felucca.shell.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.driver.DriverInfo;
import dev.felucca.json.ApiJson;
import dev.felucca.shell.command.Command.Operands;
import dev.felucca.shell.command.Command.Section;
import dev.felucca.shell.format.Listing;
import dev.felucca.shell.format.Template;
import dev.felucca.shell.options.Arguments;
import dev.felucca.shell.options.Syntax;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Commands about the engine itself. */
final class EngineCommands {
    private EngineCommands() {}

    static List<Command> all() {
        return List.of(
                command(
                        Syntax.of("info", "", "Show the engine's state and what this host can do")
                                .value("-f, --format", "template", "json, or a template such as '{{.Driver}}'")
                                .operands(0, 0),
                        InfoCommand::run),
                command(
                        Syntax.of("version", "", "Show versions")
                                .value("-f, --format", "template", "json, or a template such as '{{.Version}}'")
                                .operands(0, 0),
                        EngineCommands::version),
                command(
                        Syntax.of("events", "", "Show what happens, as it happens")
                                .value("--since", "time", "Begin with past events from this time on")
                                .value("--until", "time", "End at this time")
                                .list(
                                        "-f, --filter",
                                        "key=value",
                                        "Show only those: type, event, container, image, label")
                                .value(
                                        "--format",
                                        "template",
                                        "json, or a template such as '{{.Action}} {{.Actor.ID}}'")
                                .operands(0, 0),
                        EventsCommand::run),
                command(
                        Syntax.of(
                                        "drivers",
                                        "[update FILE|test]",
                                        "List the drivers, replace one by another build under load, or try all on this host")
                                .value(
                                        "--format",
                                        "template",
                                        "table, json, or a template such as '{{.Kind}} {{.Name}}'")
                                .operands(0, 2),
                        EngineCommands::drivers));
    }

    private static Command command(Syntax.Builder syntax, Command.Action action) {
        return Command.of(Section.ENGINE, Operands.OTHER, syntax, action);
    }

    /** Prints an object as a template or JSON; false if neither is asked for. */
    static boolean formatted(Call call, ObjectNode object) {
        Template template = call.template();
        if (template != null) call.out().println(template.render(object));
        return template != null;
    }

    private static void version(Call call) {
        ObjectNode o = ApiJson.object();
        o.put("Version", call.engine().version());
        o.put("Java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
        o.put("Kernel", System.getProperty("os.version"));
        o.put("Os", "linux");
        o.put("Arch", HostFlags.architecture(System.getProperty("os.arch", "")));
        if (formatted(call, o)) return;
        call.out().println("Felucca " + o.path("Version").asText());
        call.out().println(" Java:     " + o.path("Java").asText());
        call.out().println(" Kernel:   " + o.path("Kernel").asText());
        call.out().println(" OS/Arch:  linux/" + o.path("Arch").asText());
    }

    private static void drivers(Call call) {
        Arguments a = call.arguments();
        if (a.operands().isEmpty()) {
            list(call, call.engine().drivers().list());
            return;
        }
        if (a.operands().equals(List.of("test"))) {
            if (a.given("format")) throw EngineException.invalid("`felucca drivers test` has no --format");
            DriversTest.run(call);
            return;
        }
        if (!a.operand(0).equals("update") || a.operands().size() != 2)
            throw EngineException.invalid(
                    "there are `felucca drivers`, `felucca drivers update FILE` and `felucca drivers test`");
        Path file = call.path(a.operand(1));
        if (!Files.isRegularFile(file)) throw EngineException.notFound(file + ": no such file");
        list(call, call.engine().drivers().update(file));
    }

    private static void list(Call call, List<DriverInfo> drivers) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Kind", "KIND");
        headers.put("Name", "NAME");
        headers.put("Bundle", "BUNDLE");
        headers.put("Version", "VERSION");
        headers.put("State", "STATE");
        headers.put("Containers", "CONTAINERS");
        headers.put("Calls", "CALLS");
        headers.put("Default", "DEFAULT");
        Listing listing = new Listing(headers, List.copyOf(headers.keySet()));
        for (DriverInfo d : drivers) {
            Map<String, String> row = new LinkedHashMap<>();
            row.put("Kind", d.kind().id());
            row.put("Name", d.name());
            row.put("Bundle", d.bundle());
            row.put("Version", d.version());
            row.put("State", d.state());
            row.put("Containers", String.valueOf(d.containers()));
            row.put("Calls", String.valueOf(d.leases()));
            row.put("Default", d.selected() ? "yes" : "");
            listing.add(row);
        }
        String format = call.arguments().value("format");
        call.print(listing);
        for (DriverInfo d : drivers) {
            String why = d.status().get(Driver.UNAVAILABLE);
            if (why != null && format == null) {
                call.out().println(d.name() + ": " + why);
            }
        }
    }
}
