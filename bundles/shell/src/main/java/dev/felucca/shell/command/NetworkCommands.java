package dev.felucca.shell.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.network.Endpoint;
import dev.felucca.api.network.NetworkInfo;
import dev.felucca.api.network.NetworkInfo.Subnet;
import dev.felucca.api.network.NetworkOptions;
import dev.felucca.api.network.Networks;
import dev.felucca.api.network.PortBinding;
import dev.felucca.json.ApiJson;
import dev.felucca.json.NetworkJson;
import dev.felucca.shell.command.Command.Operands;
import dev.felucca.shell.command.Command.Section;
import dev.felucca.shell.format.Json;
import dev.felucca.shell.format.Listing;
import dev.felucca.shell.format.NetworkText;
import dev.felucca.shell.format.Template;
import dev.felucca.shell.options.Arguments;
import dev.felucca.shell.options.Syntax;
import dev.felucca.shell.values.Pairs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Commands for networks. */
final class NetworkCommands {
    private static final Map<String, Command> SUBCOMMANDS = new LinkedHashMap<>();

    static {
        add(
                Syntax.of("network create", "NETWORK", "Make a network")
                        .value("-d, --driver", "name", "Network driver")
                        .list("--subnet", "subnet", "Subnet, such as 10.5.0.0/16; one of each family")
                        .list("--gateway", "address", "The host's address in a subnet")
                        .list("--ip-range", "range", "Give out addresses of this part of a subnet")
                        .flag("--internal", "No way out of the host")
                        .flag("--ipv6", "Have an IPv6 subnet too")
                        .list("-o, --opt", "name=value", "Option of the driver")
                        .list("--label", "name=value", "Set a label")
                        .refused(
                                "--attachable",
                                "--aux-address",
                                "--config-from",
                                "--config-only",
                                "--ingress",
                                "--ipam-driver",
                                "--ipam-opt",
                                "--scope",
                                "--ipv4")
                        .operands(1, 1),
                NetworkCommands::create);
        add(
                Syntax.of("network ls", "", "List networks")
                        .flag("-q, --quiet", "Show ids only")
                        .flag("--no-trunc", "Show ids in full")
                        .value("--format", "template", "table, json, or a template such as '{{.Name}} {{.Driver}}'")
                        .refused("-f, --filter")
                        .operands(0, 0),
                NetworkCommands::list);
        add(
                Syntax.of("network inspect", "NETWORK [NETWORK...]", "Print what is known of networks")
                        .value("-f, --format", "template", "json, or a template such as '{{.Driver}}'")
                        .refused("-v, --verbose")
                        .operands(1, -1),
                NetworkCommands::inspect);
        add(
                Syntax.of("network connect", "NETWORK CONTAINER", "Connect a container to one more network")
                        .value("--ip", "address", "Fixed IPv4 address")
                        .value("--ip6", "address", "Fixed IPv6 address")
                        .list("--alias", "name", "Another name on the network")
                        .list("--link", "container[:name]", "Name another container for this one")
                        .refused("--link-local-ip", "--driver-opt")
                        .operands(2, 2),
                NetworkCommands::connect);
        add(
                Syntax.of("network disconnect", "NETWORK CONTAINER", "Disconnect a container")
                        .flag("-f, --force", "Not connected is no error")
                        .operands(2, 2),
                call -> call.await(call.engine()
                        .networks()
                        .disconnect(
                                call.arguments().operand(0),
                                call.arguments().operand(1),
                                call.arguments().flag("force"))));
        add(
                Syntax.of("network rm", "NETWORK [NETWORK...]", "Remove networks")
                        .refused("-f, --force")
                        .operands(1, -1),
                call -> call.each(name -> {
                    call.await(call.engine().networks().remove(name));
                    call.out().println(name);
                }));
        add(
                Syntax.of("network prune", "", "Remove networks that no container uses")
                        .flag("-f, --force", "Do not ask")
                        .refused("--filter")
                        .operands(0, 0),
                NetworkCommands::prune);
        add(
                Syntax.of("network repair", "", "Make again what other programs removed of bridges and rules")
                        .operands(0, 0),
                call -> call.await(call.engine().networks().repair()).forEach(call.out()::println));
    }

    private NetworkCommands() {}

    private static void add(Syntax.Builder syntax, Command.Action action) {
        Command c = Command.of(Section.NETWORKS, Operands.OTHER, syntax, action);
        SUBCOMMANDS.put(c.name().substring("network ".length()), c);
    }

    static List<Command> all() {
        return List.of(
                Command.of(
                        Section.NETWORKS,
                        Operands.OTHER,
                        Syntax.of(
                                        "network",
                                        "COMMAND [ARG...]",
                                        "Commands for networks: " + String.join(", ", SUBCOMMANDS.keySet()))
                                .operands(1, -1)
                                .stopAtOperand(),
                        NetworkCommands::dispatch),
                Command.of(
                        Section.NETWORKS,
                        Operands.CONTAINERS,
                        Syntax.of("port", "CONTAINER [PORT[/PROTOCOL]]", "Show where a container's ports are published")
                                .operands(1, 2),
                        NetworkCommands::port));
    }

    private static void dispatch(Call call) throws Exception {
        List<String> words = call.arguments().operands();
        Command command = SUBCOMMANDS.get(words.get(0).equals("list") ? "ls" : words.get(0));
        if (command == null)
            throw EngineException.invalid(
                    "there is no command \"network " + words.get(0) + "\"; see `felucca help network`");
        call.delegate(command, words.subList(1, words.size()));
    }

    private static void create(Call call) {
        Arguments a = call.arguments();
        List<Subnet> subnets = new ArrayList<>();
        List<String> gateways = new ArrayList<>(a.list("gateway"));
        List<String> ranges = new ArrayList<>(a.list("ip-range"));
        for (String s : a.list("subnet"))
            subnets.add(new Subnet(s, take(ranges, s.contains(":")), take(gateways, s.contains(":"))));
        if (!gateways.isEmpty() || !ranges.isEmpty())
            throw EngineException.invalid("a --gateway or --ip-range has no --subnet of its family");
        NetworkInfo made = call.await(call.engine()
                .networks()
                .create(new Networks.Request(
                        a.operand(0),
                        a.value("driver"),
                        a.flag("internal"),
                        subnets,
                        a.flag("ipv6"),
                        Pairs.map(a.convertAll("opt", Pairs::pair)),
                        Pairs.map(a.convertAll("label", Pairs::named)))));
        call.out().println(made.id());
    }

    /** Takes the first of a family. */
    private static String take(List<String> addresses, boolean v6) {
        for (String a : addresses) {
            if (a.contains(":") == v6) {
                addresses.remove(a);
                return a;
            }
        }
        return "";
    }

    private static void list(Call call) {
        Arguments a = call.arguments();
        List<NetworkInfo> all = call.engine().networks().list();
        if (a.flag("quiet")) {
            for (NetworkInfo n : all) call.out().println(a.flag("no-trunc") ? n.id() : n.shortId());
            return;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("ID", "NETWORK ID");
        headers.put("Name", "NAME");
        headers.put("Driver", "DRIVER");
        headers.put("Scope", "SCOPE");
        headers.put("Subnets", "SUBNETS");
        Listing listing = new Listing(headers, List.copyOf(headers.keySet()));
        for (NetworkInfo n : all) {
            Map<String, String> row = new LinkedHashMap<>();
            row.put("ID", a.flag("no-trunc") ? n.id() : n.shortId());
            row.put("Name", n.name());
            row.put("Driver", n.driver());
            row.put("Scope", "local");
            row.put(
                    "Subnets",
                    String.join(",", n.subnets().stream().map(Subnet::subnet).toList()));
            listing.add(row);
        }
        call.print(listing);
    }

    private static void inspect(Call call) throws Exception {
        Template template = call.template();
        var found = ApiJson.object().putArray("found");
        Map<String, String> names = new HashMap<>();
        for (ContainerInfo c : call.engine().views().list()) names.put(c.id(), c.name());
        call.each(name -> {
            NetworkInfo n = call.engine().networks().get(name);
            ObjectNode object = NetworkJson.network(n, call.engine().networks().endpoints(n.id()), names);
            if (template == null) found.add(object);
            else call.out().println(template.render(object));
        });
        if (template == null) call.out().println(Json.pretty(found));
    }

    private static void connect(Call call) {
        Arguments a = call.arguments();
        NetworkOptions options = new NetworkOptions(
                List.of(),
                false,
                a.convert("ip", HostFlags::address),
                a.convert("ip6", HostFlags::address),
                null,
                a.list("alias"),
                a.list("link"));
        call.await(call.engine().networks().connect(a.operand(0), a.operand(1), options));
    }

    private static void prune(Call call) throws Exception {
        if (!call.arguments().flag("force")
                && !Question.ask(call, "WARNING! This will remove all networks that no container uses.")) return;
        List<String> removed = call.await(call.engine().networks().prune(n -> true));
        if (!removed.isEmpty()) {
            call.out().println("Deleted Networks:");
            removed.forEach(call.out()::println);
        }
    }

    private static void port(Call call) {
        Arguments a = call.arguments();
        ContainerInfo c = call.engine().views().get(a.operand(0));
        String wanted = a.operands().size() > 1 ? a.operand(1) : null;
        String full = wanted == null || wanted.contains("/") ? wanted : wanted + "/tcp";
        boolean any = false;
        for (Endpoint e : c.endpoints()) {
            for (PortBinding p : e.ports()) {
                if (full == null) call.out().println(p.container() + " -> " + NetworkText.host(p));
                else if (p.container().equals(full)) call.out().println(NetworkText.host(p));
                any |= p.container().equals(full);
            }
        }
        if (full != null && !any) throw notPublished(c, full);
    }

    private static EngineException notPublished(ContainerInfo c, @Nullable String port) {
        return EngineException.notFound("No public port '" + port + "' published for " + c.name());
    }
}
