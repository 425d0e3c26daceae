package dev.felucca.core.spec;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.DeviceMapping;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.spec.LinuxDevice;
import dev.felucca.api.spec.LinuxDeviceCgroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Devices of a container.
 *
 * @param nodes what is made besides the specification's standard nodes
 * @param rules what the devices cgroup allows, in order
 */
record Devices(List<LinuxDevice> nodes, List<LinuxDeviceCgroup> rules) {
    private static final Pattern RULE = Pattern.compile("([acb]) (\\d{1,7}|\\*):(\\d{1,7}|\\*) ([rwm]{1,3})");

    /** Making nodes is harmless; the standard nodes (config-linux.md), terminals and the console are used by all. */
    private static final List<LinuxDeviceCgroup> DEFAULT_RULES = List.of(
            new LinuxDeviceCgroup(false, "a", null, null, "rwm"),
            new LinuxDeviceCgroup(true, "c", null, null, "m"),
            new LinuxDeviceCgroup(true, "b", null, null, "m"),
            character(1, 3L),
            character(1, 5L),
            character(1, 7L),
            character(1, 8L),
            character(1, 9L),
            character(5, 0L),
            character(5, 1L),
            character(5, 2L),
            character(136, null));

    private static LinuxDeviceCgroup character(long major, @Nullable Long minor) {
        return new LinuxDeviceCgroup(true, "c", major, minor, "rwm");
    }

    /** @param ownDev whether the container has a /dev of its own; with the host's nothing can be made there */
    static Devices of(HostConfig host, HostFacts facts, boolean ownDev) {
        Map<String, LinuxDevice> nodes = new LinkedHashMap<>();
        List<LinuxDeviceCgroup> rules = new ArrayList<>();
        if (host.privileged()) {
            facts.devices()
                    .get()
                    .forEach(n -> nodes.put(n.path().toString(), n.at(n.path().toString())));
            rules.add(new LinuxDeviceCgroup(true, "a", null, null, "rwm"));
        } else {
            rules.addAll(DEFAULT_RULES);
        }
        for (DeviceMapping mapping : host.devices()) {
            for (LinuxDevice node : expand(mapping)) {
                nodes.put(node.path(), node);
                rules.add(new LinuxDeviceCgroup(true, node.type(), node.major(), node.minor(), permissions(mapping)));
            }
        }
        host.resources().deviceCgroupRules().forEach(rule -> rules.add(rule(rule)));
        return new Devices(ownDev ? List.copyOf(nodes.values()) : List.of(), rules);
    }

    static void check(HostConfig host) {
        host.resources().deviceCgroupRules().forEach(Devices::rule);
        for (DeviceMapping mapping : host.devices()) {
            permissions(mapping);
            expand(mapping);
        }
    }

    private static LinuxDeviceCgroup rule(String text) {
        Matcher m = RULE.matcher(text);
        if (!m.matches()) {
            throw EngineException.invalid("invalid device cgroup rule format: '" + text
                    + "'; it must be TYPE MAJOR:MINOR ACCESS, such as 'c 42:* rwm'");
        }
        return new LinuxDeviceCgroup(true, m.group(1), number(m.group(2)), number(m.group(3)), m.group(4));
    }

    private static @Nullable Long number(String text) {
        return text.equals("*") ? null : Long.valueOf(text);
    }

    private static String permissions(DeviceMapping mapping) {
        String permissions = mapping.permissions();
        if (!permissions.matches("[rwm]{0,3}") || permissions.chars().distinct().count() < permissions.length()) {
            throw EngineException.invalid("invalid device mode: " + permissions);
        }
        return permissions.isEmpty() ? "rwm" : permissions;
    }

    /** A directory stands for all nodes in it, as docker has it. */
    private static List<LinuxDevice> expand(DeviceMapping mapping) {
        Path source = absolute(mapping.pathOnHost());
        Path target = mapping.pathInContainer().isEmpty() ? source : absolute(mapping.pathInContainer());
        try {
            if (Files.isDirectory(source)) {
                Path directory = source.toRealPath();
                return HostDevices.all(directory).stream()
                        .map(n -> n.at(
                                target.resolve(directory.relativize(n.path())).toString()))
                        .toList();
            }
            return List.of(HostDevices.at(source)
                    .orElseThrow(() -> gathering(mapping, "not a device node", null))
                    .at(target.toString()));
        } catch (IOException e) {
            throw gathering(
                    mapping, Files.exists(source) ? String.valueOf(e.getMessage()) : "no such file or directory", e);
        }
    }

    private static Path absolute(String path) {
        return HostPath.of("invalid device", path);
    }

    private static EngineException gathering(DeviceMapping mapping, String why, @Nullable Throwable cause) {
        return new EngineException(
                EngineException.Kind.INVALID,
                "error gathering device information while adding custom device \"" + mapping.pathOnHost() + "\": "
                        + why,
                cause);
    }
}
