package dev.felucca.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.driver.DriverInfo;
import dev.felucca.api.driver.DriverKind;
import dev.felucca.api.image.HistoryEntry;
import dev.felucca.api.image.Image;
import dev.felucca.api.image.ImageConfig;
import dev.felucca.api.image.Layer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Images as inspect, list and history show them. */
public final class ImageJson {
    private ImageJson() {}

    /** @param drivers the default storage driver among them is shown as the image's */
    public static ObjectNode inspect(Image i, List<DriverInfo> drivers, ApiVersion version) {
        ObjectNode o = ApiJson.object();
        o.put("Id", i.id());
        o.set("RepoTags", ApiJson.array(i.tags()));
        o.set("RepoDigests", ApiJson.array(i.digests()));
        o.put("Parent", "");
        o.put("Comment", i.comment());
        o.put("Created", ApiJson.time(i.created()));
        if (!version.atLeast(45)) {
            o.put("Container", "");
            o.set("ContainerConfig", config(i.config()));
        }
        o.put("DockerVersion", "");
        o.put("Author", i.author());
        o.set("Config", config(i.config()));
        o.put("Architecture", i.architecture());
        o.put("Os", i.os());
        o.put("Size", i.size());
        if (!version.atLeast(44)) {
            o.put("VirtualSize", i.size());
        }
        ObjectNode graph = o.putObject("GraphDriver");
        graph.putNull("Data");
        graph.put(
                "Name",
                drivers.stream()
                        .filter(d -> d.kind() == DriverKind.STORAGE && d.selected())
                        .map(DriverInfo::name)
                        .findFirst()
                        .orElse(""));
        ObjectNode root = o.putObject("RootFS");
        root.put("Type", "layers");
        root.set("Layers", ApiJson.array(i.layers().stream().map(Layer::diffId).toList()));
        o.putObject("Metadata").put("LastTagTime", ApiJson.time(null));
        return o;
    }

    private static ObjectNode config(ImageConfig c) {
        ObjectNode o = ApiJson.object();
        o.put("Hostname", "");
        o.put("Domainname", "");
        o.put("User", c.user());
        o.put("AttachStdin", false);
        o.put("AttachStdout", false);
        o.put("AttachStderr", false);
        if (!c.exposedPorts().isEmpty()) {
            o.set("ExposedPorts", ApiJson.set(c.exposedPorts()));
        }
        o.put("Tty", false);
        o.put("OpenStdin", false);
        o.put("StdinOnce", false);
        o.set("Env", ApiJson.arrayOrNull(c.env()));
        o.set("Cmd", ApiJson.arrayOrNull(c.cmd()));
        ContainerJson.health(o, c.healthcheck());
        o.put("Image", "");
        o.set("Volumes", ApiJson.set(c.volumes()));
        o.put("WorkingDir", c.workingDir());
        o.set("Entrypoint", ApiJson.arrayOrNull(c.entrypoint()));
        o.putNull("OnBuild");
        o.set("Labels", ApiJson.mapOrNull(c.labels()));
        if (c.stopSignal() != null) {
            o.put("StopSignal", c.stopSignal());
        }
        return o;
    }

    /** An entry of the list. */
    public static ObjectNode row(Image i, long containers, ApiVersion version) {
        ObjectNode o = ApiJson.object();
        o.put("Id", i.id());
        o.put("ParentId", "");
        boolean untagged = i.tags().isEmpty() && i.digests().isEmpty() && !version.atLeast(43);
        o.set("RepoTags", ApiJson.array(untagged ? List.of("<none>:<none>") : i.tags()));
        o.set("RepoDigests", ApiJson.array(untagged ? List.of("<none>@<none>") : i.digests()));
        o.put("Created", seconds(i.created()));
        o.put("Size", i.size());
        o.put("SharedSize", -1);
        if (!version.atLeast(44)) {
            o.put("VirtualSize", i.size());
        }
        o.set("Labels", ApiJson.mapOrNull(i.config().labels()));
        o.put("Containers", containers);
        return o;
    }

    private static long seconds(@Nullable Instant time) {
        return time == null ? 0 : time.getEpochSecond();
    }

    public static ArrayNode history(List<HistoryEntry> entries) {
        ArrayNode all = ApiJson.array();
        for (HistoryEntry e : entries) {
            all.addObject()
                    .put("Id", e.id().isEmpty() ? "<missing>" : e.id())
                    .put("Created", seconds(e.created()))
                    .put("CreatedBy", e.createdBy())
                    .put("Size", e.size())
                    .put("Comment", e.comment())
                    .set("Tags", ApiJson.arrayOrNull(e.tags()));
        }
        return all;
    }
}
