package dev.felucca.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.volume.VolumeInfo;
import java.util.LinkedHashMap;
import java.util.Map;

/** The Volume object. */
public final class VolumeJson {
    /** The label by which docker tells those that nobody named. */
    private static final String ANONYMOUS = "com.docker.volume.anonymous";

    private VolumeJson() {}

    public static ObjectNode of(VolumeInfo v) {
        ObjectNode o = ApiJson.object();
        o.put("CreatedAt", ApiJson.time(v.created()));
        o.put("Driver", "local");
        o.set("Labels", ApiJson.mapOrNull(labels(v)));
        o.put("Mountpoint", v.path().toString());
        o.put("Name", v.name());
        o.putNull("Options");
        o.put("Scope", "local");
        return o;
    }

    /** A volume's labels, docker's own for one without a name among them. */
    public static Map<String, String> labels(VolumeInfo v) {
        Map<String, String> labels = new LinkedHashMap<>(v.labels());
        if (v.anonymous()) {
            labels.put(ANONYMOUS, "");
        }
        return labels;
    }
}
