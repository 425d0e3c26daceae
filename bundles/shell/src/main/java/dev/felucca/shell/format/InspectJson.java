package dev.felucca.shell.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.container.ContainerConfig;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerState;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.container.ExecInfo;
import dev.felucca.api.container.Healthcheck;
import dev.felucca.api.container.VolumeMount;
import dev.felucca.api.image.Image;
import dev.felucca.api.image.ImageConfig;
import dev.felucca.api.image.Layer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Containers and images with the key names of Docker's Engine API (ContainerInspect, ImageInspect). */
public final class InspectJson {
    private InspectJson() {}

    public static ObjectNode container(ContainerInfo c, List<ExecInfo> execs) {
        ObjectNode o = Json.object();
        o.put("Id", c.id());
        o.put("Created", Json.time(c.created()));
        o.put("Path", c.path());
        o.set("Args", Json.array(c.args()));
        o.set("State", state(c.state()));
        o.put("Image", c.imageId());
        o.put("ResolvConfPath", c.resolvConfPath().toString());
        o.put("HostnamePath", c.hostnamePath().toString());
        o.put("HostsPath", c.hostsPath().toString());
        o.put("LogPath", c.logPath().toString());
        o.put("Name", "/" + c.name());
        o.put("RestartCount", c.restartCount());
        o.put("Driver", c.storage());
        o.put("Platform", "linux");
        // as docker: those that have not ended, and null for none
        List<String> open = execs.stream()
                .filter(e -> e.status() != ExecInfo.Status.EXITED)
                .map(ExecInfo::id)
                .toList();
        o.set("ExecIDs", open.isEmpty() ? o.nullNode() : Json.array(open));
        o.set("HostConfig", HostConfigJson.of(c.hostConfig(), c.runtime()));
        o.set("Mounts", mounts(c.mounts()));
        o.set("Config", config(c.config(), c.image()));
        ObjectNode drivers = o.putObject("Drivers");
        drivers.put("Storage", c.storage());
        drivers.put("Cgroup", c.cgroup());
        drivers.put("Namespace", c.namespace());
        drivers.put("Exec", c.runtime());
        o.put("CgroupsPath", c.cgroupsPath());
        o.set("NetworkSettings", NetworkJson.settings(c));
        return o;
    }

    private static ObjectNode state(ContainerState s) {
        ObjectNode o = Json.object();
        o.put("Status", s.status().word());
        // as docker: one that waits for its restart counts as running
        o.put("Running", s.isRunning() || s.status() == ContainerStatus.RESTARTING);
        o.put("Paused", s.status() == ContainerStatus.PAUSED);
        o.put("Restarting", s.status() == ContainerStatus.RESTARTING);
        o.put("OOMKilled", s.oomKilled());
        o.put("Dead", s.status() == ContainerStatus.DEAD);
        o.put("Pid", s.pid());
        o.put("ExitCode", s.exitCode());
        o.put("Error", s.error());
        o.put("StartedAt", Json.time(s.startedAt()));
        o.put("FinishedAt", Json.time(s.finishedAt()));
        return o;
    }

    private static ArrayNode mounts(List<VolumeMount> mounts) {
        ArrayNode all = Json.MAPPER.createArrayNode();
        for (VolumeMount m : mounts) {
            ObjectNode o = all.addObject();
            o.put("Type", m.type());
            if (m.type().equals("volume")) o.put("Name", m.source());
            o.put("Source", m.type().equals("volume") ? "" : m.source());
            o.put("Destination", m.target());
            if (m.type().equals("volume")) o.put("Driver", "local");
            o.put("Mode", m.options());
            o.put("RW", !m.readOnly());
            o.put("Propagation", m.propagation() == null ? "" : m.propagation());
        }
        return all;
    }

    private static ObjectNode config(ContainerConfig c, String image) {
        ObjectNode o = Json.object();
        o.put("Hostname", c.hostname() == null ? "" : c.hostname());
        o.put("Domainname", c.domainname());
        o.put("User", c.user() == null ? "" : c.user());
        o.set("ExposedPorts", Json.set(c.exposedPorts()));
        o.put("Tty", c.tty());
        o.put("OpenStdin", c.openStdin());
        o.put("StdinOnce", c.stdinOnce());
        o.set("Env", Json.array(c.env()));
        o.set("Cmd", Json.arrayOrNull(c.cmd()));
        health(o, c.healthcheck());
        o.put("Image", image);
        o.set("Volumes", Json.set(c.volumes()));
        o.put("WorkingDir", c.workingDir() == null ? "" : c.workingDir());
        o.set("Entrypoint", Json.arrayOrNull(c.entrypoint()));
        o.set("Labels", Json.map(c.labels()));
        if (c.stopSignal() != null) o.put("StopSignal", c.stopSignal());
        if (c.stopTimeoutSeconds() != null) o.put("StopTimeout", c.stopTimeoutSeconds());
        return o;
    }

    private static void health(ObjectNode o, @Nullable Healthcheck h) {
        if (h == null) return;
        ObjectNode health = o.putObject("Healthcheck");
        if (h.test() != null) health.set("Test", Json.array(h.test()));
        if (h.interval() != null) health.put("Interval", h.interval());
        if (h.timeout() != null) health.put("Timeout", h.timeout());
        if (h.startPeriod() != null) health.put("StartPeriod", h.startPeriod());
        if (h.retries() != null) health.put("Retries", h.retries());
    }

    public static ObjectNode image(Image i) {
        ObjectNode o = Json.object();
        o.put("Id", i.id());
        o.set("RepoTags", Json.array(i.tags()));
        o.set("RepoDigests", Json.array(i.digests()));
        o.put("Comment", i.comment());
        o.put("Created", Json.time(i.created()));
        o.put("Author", i.author());
        o.set("Config", imageConfig(i.config()));
        o.put("Architecture", i.architecture());
        o.put("Os", i.os());
        o.put("Size", i.size());
        ObjectNode root = o.putObject("RootFS");
        root.put("Type", "layers");
        List<String> layers = new ArrayList<>();
        for (Layer l : i.layers()) layers.add(l.diffId());
        root.set("Layers", Json.array(layers));
        return o;
    }

    private static ObjectNode imageConfig(ImageConfig c) {
        ObjectNode o = Json.object();
        o.put("User", c.user());
        o.set("ExposedPorts", Json.set(c.exposedPorts()));
        o.set("Env", orNull(c.env()));
        o.set("Cmd", orNull(c.cmd()));
        health(o, c.healthcheck());
        o.set("Volumes", Json.set(c.volumes()));
        o.put("WorkingDir", c.workingDir());
        o.set("Entrypoint", orNull(c.entrypoint()));
        o.set("Labels", labels(c.labels()));
        if (c.stopSignal() != null) o.put("StopSignal", c.stopSignal());
        return o;
    }

    private static JsonNode orNull(Collection<String> items) {
        return Json.arrayOrNull(items);
    }

    private static JsonNode labels(Map<String, String> labels) {
        return labels.isEmpty() ? Json.MAPPER.nullNode() : Json.map(labels);
    }
}
