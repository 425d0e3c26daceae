package dev.felucca.shell.format;

import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerState;
import dev.felucca.api.container.VolumeMount;
import dev.felucca.json.StatusText;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Containers as {@code ps} shows them. */
public final class ContainerRows {
    static final DateTimeFormatter CREATED_AT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss Z z", Locale.ROOT).withZone(ZoneId.systemDefault());

    public static final List<String> COLUMNS =
            List.of("ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names");

    private ContainerRows() {}

    public static Map<String, String> headers() {
        Map<String, String> h = new LinkedHashMap<>();
        h.put("ID", "CONTAINER ID");
        h.put("Image", "IMAGE");
        h.put("Command", "COMMAND");
        h.put("CreatedAt", "CREATED AT");
        h.put("RunningFor", "CREATED");
        h.put("Ports", "PORTS");
        h.put("State", "STATE");
        h.put("Status", "STATUS");
        h.put("Names", "NAMES");
        h.put("Labels", "LABELS");
        h.put("Mounts", "MOUNTS");
        h.put("LocalVolumes", "LOCAL VOLUMES");
        h.put("Networks", "NETWORKS");
        h.put("Storage", "STORAGE");
        h.put("Cgroup", "CGROUP");
        h.put("Namespace", "NAMESPACE");
        h.put("Runtime", "RUNTIME");
        return h;
    }

    public static Map<String, String> row(ContainerInfo c, boolean full, Instant now) {
        Map<String, String> r = new LinkedHashMap<>();
        r.put("ID", full ? c.id() : c.shortId());
        r.put("Image", c.image());
        String command = String.join(" ", commandLine(c));
        r.put("Command", quoted(full ? command : Human.shorten(command, 20)));
        r.put("CreatedAt", CREATED_AT.format(c.created()));
        r.put("RunningFor", Human.ago(c.created(), now));
        r.put("Ports", NetworkText.ports(c));
        r.put("State", c.state().status().word());
        r.put("Status", status(c.state(), now));
        r.put("Names", c.name());
        List<String> labels = new ArrayList<>();
        new TreeMap<>(c.config().labels()).forEach((k, v) -> labels.add(k + "=" + v));
        r.put("Labels", String.join(",", labels));
        List<String> mounts = new ArrayList<>();
        int volumes = 0;
        for (VolumeMount m : c.mounts()) {
            if (m.type().equals("tmpfs")) continue;
            mounts.add(full ? m.source() : Human.shorten(m.source(), 15));
            if (m.type().equals("volume")) volumes++;
        }
        r.put("Mounts", String.join(",", mounts));
        r.put("LocalVolumes", String.valueOf(volumes));
        r.put("Networks", NetworkText.names(c));
        r.put("Storage", c.storage());
        r.put("Cgroup", c.cgroup());
        r.put("Namespace", c.namespace());
        r.put("Runtime", c.runtime());
        return r;
    }

    /** In double quotes, on one line whatever is in it. */
    private static String quoted(String text) {
        return "\""
                + Printable.line(text.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\t", "\\t"))
                + "\"";
    }

    private static List<String> commandLine(ContainerInfo c) {
        List<String> words = new ArrayList<>();
        words.add(c.path());
        for (String a : c.args()) words.add(a.isEmpty() || a.contains(" ") ? "'" + a + "'" : a);
        return words;
    }

    /** {@code Up 5 minutes (Paused)}, {@code Exited (0) 3 seconds ago}. */
    static String status(ContainerState s, Instant now) {
        Instant started = s.startedAt() == null ? now : s.startedAt();
        Instant finished = s.finishedAt() == null ? now : s.finishedAt();
        return switch (s.status()) {
            case CREATED -> "Created";
            case RUNNING -> "Up " + Human.duration(Duration.between(started, now)) + StatusText.health(s);
            case PAUSED -> "Up " + Human.duration(Duration.between(started, now)) + " (Paused)";
            case RESTARTING -> "Restarting (" + s.exitCode() + ") " + Human.ago(finished, now);
            case REMOVING -> "Removal In Progress";
            case EXITED -> "Exited (" + s.exitCode() + ") " + Human.ago(finished, now);
            case DEAD -> "Dead";
        };
    }
}
