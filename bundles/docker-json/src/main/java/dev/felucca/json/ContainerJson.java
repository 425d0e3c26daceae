package dev.felucca.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerConfig;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerState;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.container.ExecInfo;
import dev.felucca.api.container.Health;
import dev.felucca.api.container.Healthcheck;
import dev.felucca.api.container.VolumeMount;
import dev.felucca.api.volume.Volumes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Containers as inspect and list show them. */
public final class ContainerJson {
    private final ApiVersion version;
    private final Supplier<Volumes> volumes;

    /** @param volumes asked for a container with volumes */
    public ContainerJson(ApiVersion version, Supplier<Volumes> volumes) {
        this.version = version;
        this.volumes = volumes;
    }

    public ObjectNode inspect(ContainerInfo c, List<ExecInfo> execs) {
        ObjectNode o = ApiJson.object();
        o.put("Id", c.id());
        o.put("Created", ApiJson.time(c.created()));
        o.put("Path", c.path());
        o.set("Args", ApiJson.array(c.args()));
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
        o.put("MountLabel", "");
        o.put("ProcessLabel", "");
        o.put("AppArmorProfile", "");
        // as docker: those that have not ended, and null for none
        List<String> open = execs.stream()
                .filter(e -> e.status() != ExecInfo.Status.EXITED)
                .map(ExecInfo::id)
                .toList();
        o.set("ExecIDs", open.isEmpty() ? o.nullNode() : ApiJson.array(open));
        o.set("HostConfig", HostConfigJson.of(c.hostConfig(), c.runtime()));
        ObjectNode graph = o.putObject("GraphDriver");
        graph.putNull("Data");
        graph.put("Name", c.storage());
        o.set("Mounts", mounts(c.mounts()));
        o.set("Config", config(c));
        o.set("NetworkSettings", NetworkJson.settings(c, version));
        return o;
    }

    private static ObjectNode state(ContainerState s) {
        ObjectNode o = ApiJson.object();
        o.put("Status", s.status().word());
        // one that waits for its restart counts as running
        o.put("Running", s.isRunning() || s.status() == ContainerStatus.RESTARTING);
        o.put("Paused", s.status() == ContainerStatus.PAUSED);
        o.put("Restarting", s.status() == ContainerStatus.RESTARTING);
        o.put("OOMKilled", s.oomKilled());
        o.put("Dead", s.status() == ContainerStatus.DEAD);
        o.put("Pid", s.pid());
        o.put("ExitCode", s.exitCode());
        o.put("Error", s.error());
        o.put("StartedAt", ApiJson.time(s.startedAt()));
        o.put("FinishedAt", ApiJson.time(s.finishedAt()));
        Health health = s.health();
        if (health != null) {
            ObjectNode h = o.putObject("Health");
            h.put("Status", health.status().word());
            h.put("FailingStreak", health.failingStreak());
            ArrayNode log = h.putArray("Log");
            for (Health.Result r : health.log()) {
                log.addObject()
                        .put("Start", ApiJson.time(r.start()))
                        .put("End", ApiJson.time(r.end()))
                        .put("ExitCode", r.exitCode())
                        .put("Output", r.output());
            }
        }
        return o;
    }

    private ArrayNode mounts(List<VolumeMount> mounts) {
        ArrayNode all = ApiJson.array();
        for (VolumeMount m : mounts) {
            ObjectNode o = all.addObject();
            boolean volume = m.type().equals("volume");
            o.put("Type", m.type());
            if (volume) {
                o.put("Name", m.source());
            }
            o.put("Source", volume ? volumePath(m.source()) : m.source());
            o.put("Destination", m.target());
            if (volume) {
                o.put("Driver", "local");
            }
            o.put("Mode", m.options());
            o.put("RW", !m.readOnly());
            o.put("Propagation", m.propagation() == null ? m.type().equals("bind") ? "rprivate" : "" : m.propagation());
        }
        return all;
    }

    private String volumePath(String name) {
        try {
            return volumes.get().get(name).path().toString();
        } catch (EngineException e) {
            if (e.kind() == EngineException.Kind.NOT_FOUND) {
                return ""; // it was removed behind the engine's back
            }
            throw e;
        }
    }

    private static ObjectNode config(ContainerInfo info) {
        ContainerConfig c = info.config();
        ObjectNode o = ApiJson.object();
        o.put("Hostname", c.hostname() == null ? info.shortId() : c.hostname());
        o.put("Domainname", c.domainname());
        o.put("User", c.user() == null ? "" : c.user());
        o.put("AttachStdin", c.stdinOnce());
        o.put("AttachStdout", false);
        o.put("AttachStderr", false);
        if (!c.exposedPorts().isEmpty()) {
            o.set("ExposedPorts", ApiJson.set(c.exposedPorts()));
        }
        o.put("Tty", c.tty());
        o.put("OpenStdin", c.openStdin());
        o.put("StdinOnce", c.stdinOnce());
        o.set("Env", ApiJson.array(c.env()));
        o.set("Cmd", ApiJson.arrayOrNull(c.cmd()));
        health(o, c.healthcheck());
        o.put("Image", info.image());
        o.set("Volumes", ApiJson.set(c.volumes()));
        o.put("WorkingDir", c.workingDir() == null ? "" : c.workingDir());
        o.set("Entrypoint", ApiJson.arrayOrNull(c.entrypoint()));
        o.putNull("OnBuild");
        o.set("Labels", ApiJson.map(c.labels()));
        if (c.stopSignal() != null) {
            o.put("StopSignal", c.stopSignal());
        }
        if (c.stopTimeoutSeconds() != null) {
            o.put("StopTimeout", c.stopTimeoutSeconds());
        }
        return o;
    }

    static void health(ObjectNode o, @Nullable Healthcheck h) {
        if (h == null) {
            return;
        }
        ObjectNode health = o.putObject("Healthcheck");
        if (h.test() != null) {
            health.set("Test", ApiJson.array(h.test()));
        }
        number(health, "Interval", h.interval());
        number(health, "Timeout", h.timeout());
        number(health, "StartPeriod", h.startPeriod());
        if (h.retries() != null) {
            health.put("Retries", h.retries());
        }
        number(health, "StartInterval", h.startInterval());
    }

    private static void number(ObjectNode o, String name, @Nullable Long value) {
        if (value != null) {
            o.put(name, value);
        }
    }

    /** An entry of the list. */
    public ObjectNode row(ContainerInfo c, Instant now) {
        ObjectNode o = ApiJson.object();
        o.put("Id", c.id());
        o.putArray("Names").add("/" + c.name());
        o.put("Image", c.image());
        o.put("ImageID", c.imageId());
        o.put("Command", command(c));
        o.put("Created", c.created().getEpochSecond());
        o.set("Ports", PortsJson.list(c));
        o.set("Labels", ApiJson.map(c.config().labels()));
        o.put("State", c.state().status().word());
        o.put("Status", StatusText.of(c.state(), now));
        o.putObject("HostConfig").put("NetworkMode", c.hostConfig().networkMode());
        o.putObject("NetworkSettings").set("Networks", NetworkJson.endpoints(c, version));
        o.set(
                "Mounts",
                mounts(c.mounts().stream()
                        .filter(m -> !m.type().equals("tmpfs"))
                        .toList()));
        return o;
    }

    private static String command(ContainerInfo c) {
        List<String> words = new ArrayList<>();
        words.add(c.path());
        for (String a : c.args()) {
            words.add(a.isEmpty() || a.contains(" ") ? "'" + a + "'" : a);
        }
        return String.join(" ", words);
    }
}
