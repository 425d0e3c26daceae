package dev.felucca.shell.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.volume.VolumeInfo;
import dev.felucca.api.volume.Volumes.Pruned;
import dev.felucca.json.ApiJson;
import dev.felucca.json.VolumeJson;
import dev.felucca.shell.command.Command.Operands;
import dev.felucca.shell.command.Command.Section;
import dev.felucca.shell.format.Human;
import dev.felucca.shell.format.Json;
import dev.felucca.shell.format.Listing;
import dev.felucca.shell.format.Template;
import dev.felucca.shell.options.Arguments;
import dev.felucca.shell.options.Syntax;
import dev.felucca.shell.values.Pairs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code volume} and its subcommands. */
final class VolumeCommands {
    private static final Map<String, Command> SUBCOMMANDS = new LinkedHashMap<>();

    static {
        add(
                Syntax.of("volume create", "[VOLUME]", "Make a volume")
                        .list("--label", "name=value", "Set a label")
                        .refused("-d, --driver", "-o, --opt")
                        .operands(0, 1),
                VolumeCommands::create);
        add(
                Syntax.of("volume ls", "", "List volumes")
                        .flag("-q, --quiet", "Show names only")
                        .value("--format", "template", "table, json, or a template such as '{{.Name}} {{.Mountpoint}}'")
                        .refused("-f, --filter")
                        .operands(0, 0),
                VolumeCommands::list);
        add(
                Syntax.of("volume inspect", "VOLUME [VOLUME...]", "Print what is known of volumes")
                        .value("-f, --format", "template", "json, or a template such as '{{.Mountpoint}}'")
                        .operands(1, -1),
                VolumeCommands::inspect);
        add(
                Syntax.of("volume rm", "VOLUME [VOLUME...]", "Remove volumes that no container uses")
                        .refused("-f, --force")
                        .operands(1, -1),
                call -> call.each(name -> {
                    call.engine().volumes().remove(name);
                    call.out().println(name);
                }));
        add(
                Syntax.of("volume prune", "", "Remove anonymous volumes that no container uses")
                        .flag("-a, --all", "Those with a name too")
                        .flag("-f, --force", "Do not ask")
                        .refused("--filter")
                        .operands(0, 0),
                VolumeCommands::prune);
    }

    private VolumeCommands() {}

    private static void add(Syntax.Builder syntax, Command.Action action) {
        Command c = Command.of(Section.VOLUMES, Operands.OTHER, syntax, action);
        SUBCOMMANDS.put(c.name().substring("volume ".length()), c);
    }

    static List<Command> all() {
        return List.of(Command.of(
                Section.VOLUMES,
                Operands.OTHER,
                Syntax.of(
                                "volume",
                                "COMMAND [ARG...]",
                                "Commands for volumes: " + String.join(", ", SUBCOMMANDS.keySet()))
                        .operands(1, -1)
                        .stopAtOperand(),
                VolumeCommands::dispatch));
    }

    private static void dispatch(Call call) throws Exception {
        List<String> words = call.arguments().operands();
        Command command = SUBCOMMANDS.get(words.get(0).equals("list") ? "ls" : words.get(0));
        if (command == null)
            throw EngineException.invalid(
                    "there is no command \"volume " + words.get(0) + "\"; see `felucca help volume`");
        call.delegate(command, words.subList(1, words.size()));
    }

    private static void create(Call call) {
        Arguments a = call.arguments();
        String name = a.operands().isEmpty() ? null : a.operand(0);
        Map<String, String> labels = Pairs.map(a.convertAll("label", Pairs::named));
        call.out().println(call.engine().volumes().create(name, labels).name());
    }

    private static void list(Call call) {
        Arguments a = call.arguments();
        List<VolumeInfo> all = call.engine().volumes().list();
        if (a.flag("quiet")) {
            for (VolumeInfo v : all) call.out().println(v.name());
            return;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Driver", "DRIVER");
        headers.put("Name", "VOLUME NAME");
        headers.put("Mountpoint", "MOUNTPOINT");
        headers.put("Containers", "CONTAINERS");
        Listing listing = new Listing(headers, List.of("Driver", "Name"));
        for (VolumeInfo v : all)
            listing.add(Map.of(
                    "Driver",
                    "local",
                    "Name",
                    v.name(),
                    "Mountpoint",
                    v.path().toString(),
                    "Containers",
                    String.valueOf(v.users().size())));
        call.print(listing);
    }

    private static void inspect(Call call) throws Exception {
        Template template = call.template();
        var found = ApiJson.object().putArray("found");
        call.each(name -> {
            VolumeInfo v = call.engine().volumes().get(name);
            ObjectNode o = VolumeJson.of(v);
            o.put("Anonymous", v.anonymous());
            o.set("Containers", ApiJson.array(v.users()));
            if (template == null) found.add(o);
            else call.out().println(template.render(o));
        });
        if (template == null) call.out().println(Json.pretty(found));
    }

    private static void prune(Call call) throws Exception {
        Arguments a = call.arguments();
        String what = a.flag("all") ? "all volumes" : "all anonymous volumes";
        if (!a.flag("force") && !Question.ask(call, "WARNING! This will remove " + what + " that no container uses."))
            return;
        Pruned pruned = call.engine().volumes().prune(v -> a.flag("all") || v.anonymous());
        if (!pruned.removed().isEmpty()) {
            call.out().println("Deleted Volumes:");
            pruned.removed().forEach(call.out()::println);
            call.out().println();
        }
        call.out().println("Total reclaimed space: " + Human.size(pruned.bytes()));
    }
}
