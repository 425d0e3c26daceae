package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.container.RestartPolicy;
import dev.felucca.api.container.VolumeMount;
import dev.felucca.api.network.NetworkAttachment;
import dev.felucca.api.network.NetworkOptions;
import dev.felucca.api.network.PortBinding;
import dev.felucca.shell.options.Arguments;
import dev.felucca.shell.values.Devices;
import dev.felucca.shell.values.Mounts;
import dev.felucca.shell.values.Pairs;
import dev.felucca.shell.values.Ports;
import dev.felucca.shell.values.Sizes;
import dev.felucca.shell.values.Volumes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From the options of {@code run} and {@code create} to how the container runs on this host. */
final class HostFlags {
    private static final String TIME = "felucca.time.";

    private final Call call;
    private final Arguments a;

    HostFlags(Call call) {
        this.call = call;
        this.a = call.arguments();
    }

    HostConfig config() {
        checkRefusedValues();
        Map<String, String> annotations = new HashMap<>(Pairs.map(a.convertAll("annotation", Pairs::pair)));
        Map<String, Long> clocks = clocks(annotations);
        return new HostConfig(
                mainNetwork(),
                or(a.convert("pid", s -> mode(s, "", "host", "container:")), ""),
                or(a.convert("ipc", s -> mode(s, "private", "shareable", "none", "host", "container:")), "private"),
                or(a.convert("uts", s -> mode(s, "", "host")), ""),
                or(a.convert("cgroupns", s -> mode(s, "private", "host")), "private"),
                a.flag("privileged"),
                a.flag("read-only"),
                a.list("cap-add"),
                a.list("cap-drop"),
                a.convertAll("security-opt", this::securityOption),
                a.list("group-add"),
                mounts(),
                a.convertAll("volumes-from", HostFlags::volumesFrom),
                a.convertAll("device", Devices::device),
                a.convertAll("ulimit", Devices::ulimit),
                Pairs.map(a.convertAll("sysctl", Pairs::pair)),
                new ResourceFlags(a).resources(),
                a.value("cgroup-parent", ""),
                a.value("runtime"),
                annotations,
                Pairs.map(a.convertAll("log-opt", Pairs::pair)),
                a.convertAll("add-host", HostFlags::extraHost),
                a.convertAll("dns", HostFlags::address),
                a.list("dns-search"),
                a.list("dns-option"),
                a.convert("shm-size", HostFlags::positiveSize),
                a.convert("oom-score-adj", s -> Sizes.integer(s, -1000, 1000)),
                clocks,
                null,
                null,
                a.flag("rm"),
                or(a.convert("restart", HostFlags::restartPolicy), RestartPolicy.NO),
                a.flag("init"),
                network(),
                furtherNetworks(),
                false);
    }

    private String mainNetwork() {
        List<String> all = a.list("network");
        return all.isEmpty() ? "default" : all.get(0);
    }

    /** All but the first; what else is said of networks belongs to the first. */
    private List<NetworkAttachment> furtherNetworks() {
        return a.list("network").stream()
                .skip(1)
                .map(n -> new NetworkAttachment(n, NetworkOptions.none()))
                .toList();
    }

    private NetworkOptions network() {
        List<PortBinding> ports = new ArrayList<>();
        a.convertAll("publish", Ports::publish).forEach(ports::addAll);
        return new NetworkOptions(
                ports,
                a.flag("publish-all"),
                a.convert("ip", HostFlags::address),
                a.convert("ip6", HostFlags::address),
                a.convert("mac-address", HostFlags::mac),
                a.list("network-alias"),
                a.list("link"));
    }

    static String mac(String text) {
        if (!text.matches("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}"))
            throw EngineException.invalid("no MAC address, such as 02:42:ac:12:00:05");
        return text;
    }

    /** {@code on-failure:3}. */
    static RestartPolicy restartPolicy(String text) {
        String[] nameAndCount = text.split(":", 2);
        String name = nameAndCount[0];
        for (RestartPolicy.When when : RestartPolicy.When.values()) {
            if (!name.equals(when.word()) && !(text.isEmpty() && when == RestartPolicy.When.NO)) continue;
            if (nameAndCount.length == 1) return new RestartPolicy(when, 0);
            if (when != RestartPolicy.When.ON_FAILURE)
                throw EngineException.invalid("a maximum retry count goes with on-failure only");
            return new RestartPolicy(when, Sizes.integer(nameAndCount[1], 0, Integer.MAX_VALUE));
        }
        throw EngineException.invalid("there is only no, on-failure[:MAX-RETRIES], always and unless-stopped");
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    /** A value of an option of which we know only some values is refused by name, not ignored. */
    private void checkRefusedValues() {
        allow("pull", "always", "missing", "never");
        allow("log-driver", "json-file", "");
        allow("volume-driver", "local", "");
        allow("userns", "host", "");
        a.convert("platform", HostFlags::platform);
    }

    private void allow(String option, String... values) {
        String value = a.value(option);
        if (value != null && !List.of(values).contains(value))
            throw EngineException.unsupported("not supported: --" + option + " " + value);
    }

    private static String platform(String text) {
        String[] p = text.toLowerCase(Locale.ROOT).split("/", -1);
        String here = architecture(System.getProperty("os.arch", ""));
        if (!p[0].equals("linux")
                || p.length > 3
                || (p.length > 1 && !architecture(p[1]).equals(here)))
            throw EngineException.unsupported("this host runs linux/" + here + " only");
        return text;
    }

    static String architecture(String name) {
        return switch (name) {
            case "x86_64", "x86-64", "amd64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            default -> name;
        };
    }

    /** One of the words; one that ends in a colon takes something after it. */
    private static String mode(String text, String... words) {
        for (String w : words) {
            if (w.endsWith(":") ? text.startsWith(w) && text.length() > w.length() : text.equals(w)) return text;
        }
        List<String> shown = new ArrayList<>();
        for (String w : words) if (!w.isEmpty()) shown.add(w.endsWith(":") ? w + "ID" : w);
        throw EngineException.invalid("there is only " + String.join(", ", shown));
    }

    /** A seccomp profile is named by a file on the caller's side. */
    private String securityOption(String text) {
        for (String prefix : List.of("seccomp=", "seccomp:")) {
            String value = text.startsWith(prefix) ? text.substring(prefix.length()) : "";
            if (!value.isEmpty() && !value.equals("unconfined") && !value.equals("builtin") && !value.startsWith("{"))
                return "seccomp=" + call.path(value);
        }
        return text;
    }

    private List<VolumeMount> mounts() {
        List<VolumeMount> all = new ArrayList<>();
        for (VolumeMount m : shortVolumes(call)) if (!isAnonymous(m)) all.add(m);
        all.addAll(a.convertAll("mount", s -> Mounts.parse(s, call.terminal().workingDirectory())));
        all.addAll(a.convertAll("tmpfs", Volumes::tmpfs));
        Set<String> targets = new HashSet<>();
        for (VolumeMount m : all)
            if (!targets.add(m.target()))
                throw EngineException.invalid("two mounts at " + m.target() + "; a path can be mounted over once");
        return all;
    }

    static List<VolumeMount> shortVolumes(Call call) {
        return call.arguments()
                .convertAll("volume", s -> Volumes.parse(s, call.terminal().workingDirectory()));
    }

    static boolean isAnonymous(VolumeMount m) {
        return m.type().equals("volume") && m.source().isEmpty();
    }

    private static String volumesFrom(String text) {
        String[] p = text.split(":", -1);
        if (p[0].isEmpty() || p.length > 2 || (p.length == 2 && !p[1].equals("ro") && !p[1].equals("rw")))
            throw EngineException.invalid("give CONTAINER or CONTAINER:ro");
        return text;
    }

    private static String extraHost(String text) {
        int at = text.indexOf('=') > 0 ? text.indexOf('=') : text.indexOf(':');
        if (at < 1) throw EngineException.invalid("give HOST:IP, such as db:10.0.0.2");
        String address = text.substring(at + 1);
        return text.substring(0, at) + ":" + (address.equals("host-gateway") ? address : address(address));
    }

    static String address(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        boolean v4 = bare.matches("(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");
        boolean v6 = bare.contains(":") && bare.matches("[0-9a-fA-F:.]+(%\\w+)?");
        if (!v4 && !v6) throw EngineException.invalid("\"" + text + "\" is no IP address");
        return bare;
    }

    private static long positiveSize(String text) {
        long n = Sizes.bytes(text);
        if (n == 0) throw EngineException.invalid("must be more than 0");
        return n;
    }

    /** Takes the offsets of a time namespace out of the annotations. */
    private Map<String, Long> clocks(Map<String, String> annotations) {
        Map<String, Long> clocks = new HashMap<>();
        for (String clock : List.of("monotonic", "boottime")) {
            String seconds = annotations.remove(TIME + clock);
            if (seconds == null) continue;
            if (!seconds.matches("-?\\d{1,12}"))
                throw a.invalid("annotation", TIME + clock + "=" + seconds, "give a whole number of seconds");
            clocks.put(clock, Long.valueOf(seconds));
        }
        return clocks;
    }
}
