package dev.felucca.shell.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.trace.TraceNode;
import dev.felucca.json.ApiJson;
import dev.felucca.json.ApiVersion;
import dev.felucca.json.ContainerJson;
import dev.felucca.json.ImageJson;
import dev.felucca.shell.command.Command.Operands;
import dev.felucca.shell.command.Command.Section;
import dev.felucca.shell.format.ContainerRows;
import dev.felucca.shell.format.Human;
import dev.felucca.shell.format.Json;
import dev.felucca.shell.format.Listing;
import dev.felucca.shell.format.Printable;
import dev.felucca.shell.format.Template;
import dev.felucca.shell.format.TraceColumns;
import dev.felucca.shell.options.Arguments;
import dev.felucca.shell.options.Syntax;
import dev.felucca.shell.values.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Commands that show containers. */
final class ViewCommands {
    private ViewCommands() {}

    static List<Command> all() {
        return List.of(
                command(
                        Syntax.of("ps", "", "List containers")
                                .flag("-a, --all", "Show all, not only running ones")
                                .flag("-q, --quiet", "Show ids only")
                                .flag("-l, --latest", "Show the latest created, in whatever state")
                                .value("-n, --last", "number", "Show the last created, in whatever state")
                                .flag("--no-trunc", "Show everything in full")
                                .list(
                                        "-f, --filter",
                                        "key=value",
                                        "Show only those: id, name, label, status, exited, ancestor, before,"
                                                + " since, volume, network, runtime")
                                .value(
                                        "--format",
                                        "template",
                                        "table, json, or a template such as '{{.ID}} {{.Names}}'")
                                .refused("-s, --size")
                                .operands(0, 0),
                        Operands.OTHER,
                        ViewCommands::ps),
                command(
                        Syntax.of("logs", "CONTAINER", "Print a container's log")
                                .flag("-f, --follow", "Go on with what comes")
                                .value("-n, --tail", "lines", "Lines from the end, or all")
                                .value("--since", "time", "From this time on (10m, 2006-01-02T15:04:05Z)")
                                .value("--until", "time", "Up to this time")
                                .flag("-t, --timestamps", "Show times")
                                .refused("--details")
                                .operands(1, 1),
                        Operands.CONTAINERS,
                        LogCommand::run),
                command(
                        Syntax.of("inspect", "NAME|ID [NAME|ID...]", "Print what is known of containers or images")
                                .value("-f, --format", "template", "json, or a template such as '{{.State.Status}}'")
                                .value("--type", "kind", "container or image")
                                .refused("-s, --size")
                                .operands(1, -1),
                        Operands.CONTAINERS,
                        ViewCommands::inspect),
                command(StatsCommand.syntax(), Operands.CONTAINERS, StatsCommand::run),
                command(
                        Syntax.of("explain", "CONTAINER", "Say in words what is done to make a container")
                                .flag("--spec", "Print its runtime spec as JSON instead")
                                .operands(1, 1),
                        Operands.CONTAINERS,
                        ViewCommands::explain),
                command(
                        Syntax.of(
                                        "trace",
                                        "CONTAINER [CONTAINER]",
                                        "Show the steps of what was done with a container, and how long each took; of two,"
                                                + " beside each other")
                                .operands(1, 2),
                        Operands.CONTAINERS,
                        ViewCommands::trace));
    }

    private static Command command(Syntax.Builder syntax, Operands operands, Command.Action action) {
        return Command.of(Section.SEE, operands, syntax, action);
    }

    private static void ps(Call call) {
        Arguments a = call.arguments();
        ContainerFilter filter = ContainerFilter.parse(a, call.engine().views()::get);
        Integer last = a.convert("last", s -> Sizes.integer(s, -1, Integer.MAX_VALUE));
        int most = a.flag("latest") ? 1 : last == null || last < 0 ? Integer.MAX_VALUE : last;
        boolean all = a.flag("all") || most != Integer.MAX_VALUE || filter.has("status") || filter.has("exited");
        List<ContainerInfo> shown = new ArrayList<>();
        for (ContainerInfo c : call.engine().views().list())
            if ((all || isUp(c)) && filter.test(c) && shown.size() < most) shown.add(c);
        if (a.flag("quiet")) {
            for (ContainerInfo c : shown) call.out().println(a.flag("no-trunc") ? c.id() : c.shortId());
            return;
        }
        Listing listing = new Listing(ContainerRows.headers(), ContainerRows.COLUMNS);
        for (ContainerInfo c : shown) listing.add(ContainerRows.row(c, a.flag("no-trunc"), call.now()));
        call.print(listing);
    }

    private static void inspect(Call call) throws Exception {
        inspect(call, call.arguments().value("type"));
    }

    /** @param type null for a container, or else an image */
    static void inspect(Call call, @Nullable String type) throws Exception {
        if (type != null && !type.equals("container") && !type.equals("image"))
            throw EngineException.unsupported("not supported: --type " + type + "; there are container and image");
        Template template = call.template();
        var found = ApiJson.object().putArray("found");
        call.each(name -> {
            ObjectNode object = object(call, name, type);
            if (template == null) found.add(object);
            else call.out().println(template.render(object));
        });
        if (template == null) call.out().println(Json.pretty(found));
    }

    private static ObjectNode object(Call call, String name, @Nullable String type) {
        Optional<ObjectNode> found = Optional.empty();
        if (!"image".equals(type)) found = container(call, name, type != null);
        if (found.isEmpty()) {
            try {
                return ImageJson.inspect(
                        call.engine().images().get(name),
                        call.engine().drivers().list(),
                        ApiVersion.NEWEST);
            } catch (EngineException e) {
                if (type != null || e.kind() == EngineException.Kind.UNAVAILABLE) throw e;
                throw new EngineException(e.kind(), "No such object: " + name, e);
            }
        }
        return found.get();
    }

    private static Optional<ObjectNode> container(Call call, String name, boolean only) {
        try {
            return Optional.of(container(call, call.engine().views().get(name)));
        } catch (EngineException e) {
            if (only || e.kind() != EngineException.Kind.NOT_FOUND) throw e;
            return Optional.empty();
        }
    }

    /** As Docker's clients get it, and what Felucca adds: which drivers made it, and where its control group is. */
    private static ObjectNode container(Call call, ContainerInfo c) {
        ObjectNode o = new ContainerJson(ApiVersion.NEWEST, call.engine()::volumes)
                .inspect(c, call.engine().execs().list(c.id()));
        o.putObject("Drivers")
                .put("Storage", c.storage())
                .put("Cgroup", c.cgroup())
                .put("Namespace", c.namespace())
                .put("Exec", c.runtime());
        return o.put("CgroupsPath", c.cgroupsPath());
    }

    private static void explain(Call call) {
        String name = call.arguments().operand(0);
        if (call.arguments().flag("spec"))
            call.out().println(call.engine().views().spec(name));
        else call.engine().views().explain(name).forEach(line -> call.out().println(Printable.line(line)));
    }

    private static void trace(Call call) {
        Arguments a = call.arguments();
        if (a.operands().size() == 2) {
            TraceColumns.beside(title(call, 0), traces(call, 0), title(call, 1), traces(call, 1))
                    .forEach(call.out()::println);
            return;
        }
        for (TraceNode root : call.engine().views().trace(call.arguments().operand(0))) {
            call.out().println(Printable.line(root.name()) + "  " + Human.nanos(root.durationNanos()));
            children(call, root, "");
        }
    }

    private static List<TraceNode> traces(Call call, int operand) {
        return call.engine().views().trace(call.arguments().operand(operand));
    }

    private static String title(Call call, int operand) {
        ContainerInfo c = call.engine().views().get(call.arguments().operand(operand));
        return Printable.line(c.name()) + " (" + c.runtime() + ")";
    }

    private static void children(Call call, TraceNode parent, String indent) {
        int n = parent.children().size();
        for (int i = 0; i < n; i++) {
            TraceNode c = parent.children().get(i);
            boolean last = i == n - 1;
            call.out()
                    .println(indent + (last ? "└─ " : "├─ ") + Printable.line(c.name()) + "  "
                            + Human.nanos(c.durationNanos()) + "  at +" + Human.nanos(c.offsetNanos()));
            children(call, c, indent + (last ? "   " : "│  "));
        }
    }

    private static boolean isUp(ContainerInfo c) {
        return c.state().isRunning() || c.state().status() == ContainerStatus.RESTARTING;
    }
}
