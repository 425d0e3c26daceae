package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerConfig;
import dev.felucca.api.container.Healthcheck;
import dev.felucca.api.container.Signals;
import dev.felucca.api.container.VolumeMount;
import dev.felucca.shell.options.Arguments;
import dev.felucca.shell.values.Pairs;
import dev.felucca.shell.values.Ports;
import dev.felucca.shell.values.Sizes;
import dev.felucca.shell.values.Times;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From the options of {@code run} and {@code create} to what the container runs. */
final class ConfigFlags {
    private final Call call;
    private final Arguments a;

    ConfigFlags(Call call) {
        this.call = call;
        this.a = call.arguments();
    }

    /** @param attachesStdin whether this caller feeds standard input and its end ends the container's */
    ContainerConfig config(boolean attachesStdin) {
        List<String> command = a.operands().subList(1, a.operands().size());
        return new ContainerConfig(
                a.operand(0),
                command.isEmpty() ? null : command,
                entrypoint(),
                environment(),
                a.convert("workdir", ConfigFlags::absolute),
                a.value("user"),
                a.convert("hostname", ConfigFlags::hostname),
                a.value("domainname", ""),
                a.flag("tty"),
                a.flag("interactive"),
                // who leaves a terminal by its keys has not ended its input
                attachesStdin && !a.flag("tty"),
                labels(),
                exposed(),
                anonymousVolumes(),
                a.convert("stop-signal", s -> Signals.name(Signals.parse(s))),
                a.convert("stop-timeout", s -> Sizes.integer(s, -1, Integer.MAX_VALUE)),
                healthcheck());
    }

    private @Nullable List<String> entrypoint() {
        String e = a.value("entrypoint");
        if (e == null) return null;
        return e.isEmpty() ? List.of() : List.of(e);
    }

    /** Files first, so that an option overrides them; of two values the last counts. */
    List<String> environment() {
        Map<String, String> callers = call.terminal().environment();
        Map<String, String> byName = new LinkedHashMap<>();
        for (String file : a.list("env-file"))
            for (String line : Pairs.file(call.path(file))) put(byName, Pairs.variable(line, callers));
        for (String v : a.convertAll("env", v -> Pairs.variable(v, callers))) put(byName, v);
        return new ArrayList<>(byName.values());
    }

    private static void put(Map<String, String> byName, String variable) {
        byName.put(variable.split("=", 2)[0], variable);
    }

    private Map<String, String> labels() {
        List<String> all = new ArrayList<>();
        for (String file : a.list("label-file")) all.addAll(Pairs.file(call.path(file)));
        all.addAll(a.convertAll("label", Pairs::named));
        return Pairs.map(all);
    }

    static String absolute(String path) {
        if (!path.startsWith("/")) throw EngineException.invalid("the working directory must be an absolute path");
        return path;
    }

    private static String hostname(String name) {
        if (name.length() > 64 || name.isBlank() || name.chars().anyMatch(Character::isWhitespace))
            throw EngineException.invalid("a host name has 1 to 64 characters and no white space");
        return name;
    }

    private Set<String> exposed() {
        Set<String> ports = new HashSet<>();
        a.convertAll("expose", ConfigFlags::ports).forEach(ports::addAll);
        a.convertAll("publish", Ports::publish).forEach(published -> published.forEach(p -> ports.add(p.container())));
        return ports;
    }

    private static List<String> ports(String text) {
        String[] portAndProtocol = text.split("/", 2);
        String protocol = portAndProtocol.length == 2 ? portAndProtocol[1] : "tcp";
        if (!Set.of("tcp", "udp", "sctp").contains(protocol))
            throw EngineException.invalid("the protocol must be tcp, udp or sctp");
        String[] range = portAndProtocol[0].split("-", 2);
        int first = Sizes.integer(range[0], 1, 65535);
        int last = range.length == 2 ? Sizes.integer(range[1], first, 65535) : first;
        List<String> ports = new ArrayList<>();
        for (int p = first; p <= last; p++) ports.add(p + "/" + protocol);
        return ports;
    }

    private Set<String> anonymousVolumes() {
        Set<String> targets = new HashSet<>();
        for (VolumeMount m : HostFlags.shortVolumes(call)) if (HostFlags.isAnonymous(m)) targets.add(m.target());
        return targets;
    }

    private @Nullable Healthcheck healthcheck() {
        String command = a.value("health-cmd");
        Long interval = a.convert("health-interval", ConfigFlags::healthTime);
        Long timeout = a.convert("health-timeout", ConfigFlags::healthTime);
        Long start = a.convert("health-start-period", ConfigFlags::healthTime);
        Long startInterval = a.convert("health-start-interval", ConfigFlags::healthTime);
        Integer retries = a.convert("health-retries", s -> Sizes.integer(s, 0, Integer.MAX_VALUE));
        boolean any = command != null
                || interval != null
                || timeout != null
                || start != null
                || retries != null
                || startInterval != null;
        if (a.flag("no-healthcheck")) {
            if (any) throw EngineException.invalid("--no-healthcheck conflicts with --health-* options");
            return new Healthcheck(List.of("NONE"), null, null, null, null, null);
        }
        if (!any) return null;
        return new Healthcheck(
                command == null ? null : List.of("CMD-SHELL", command),
                interval,
                timeout,
                start,
                retries,
                startInterval);
    }

    private static long healthTime(String text) {
        long nanos = Times.nanos(text);
        if (nanos != 0 && nanos < 1_000_000) throw EngineException.invalid("must be 0 or at least 1ms");
        return nanos;
    }
}
