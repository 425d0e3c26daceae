package dev.felucca.network.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.network.Endpoint;
import dev.felucca.api.network.PortBinding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of a list's plugins for one endpoint, kept until it is taken back: DEL and CHECK want the same again.
 *
 * @param id the endpoint's; the container as plugins know it, since each run is another one to them
 * @param runtime the values of capabilities
 * @param result of the last plugin; null before that
 */
record Attachment(String id, String device, ConfList list, ObjectNode runtime, @Nullable JsonNode result) {
    private static final int FORMAT = 1;

    static Attachment of(Endpoint e, ConfList list) {
        ObjectNode runtime = ConfList.MAPPER.createObjectNode();
        if (!e.ports().isEmpty()) {
            need(list, "portMappings", "a published port");
            ArrayNode ports = runtime.putArray("portMappings");
            for (PortBinding p : e.ports()) {
                if (p.hostPort() == 0 || p.hostPortEnd() > p.hostPort()) {
                    throw EngineException.unsupported("not supported: port " + p.container()
                            + " on any of several host ports of CNI network " + list.name()
                            + ", whose plugins choose none; name one port");
                }
                ObjectNode one = ports.addObject()
                        .put("hostPort", p.hostPort())
                        .put("containerPort", p.containerPort())
                        .put("protocol", p.protocol());
                if (!p.hostIp().isEmpty()) {
                    one.put("hostIP", p.hostIp());
                }
            }
        }
        if (!e.ipv4().isEmpty() || e.ipv6() != null) {
            need(list, "ips", "a fixed address");
            ArrayNode ips = runtime.putArray("ips");
            if (!e.ipv4().isEmpty()) {
                ips.add(e.ipv4());
            }
            if (e.ipv6() != null) {
                ips.add(e.ipv6());
            }
        }
        if (!e.mac().isEmpty()) {
            need(list, "mac", "a MAC address");
            runtime.put("mac", e.mac());
        }
        return new Attachment(e.id(), e.device(), list, runtime, null);
    }

    private static void need(ConfList list, String capability, String what) {
        if (!list.can(capability)) {
            throw EngineException.unsupported("not supported: " + what + " on CNI network " + list.name()
                    + ": none of its plugins has the capability " + capability);
        }
    }

    Attachment with(@Nullable JsonNode changed) {
        return new Attachment(id, device, list, runtime, changed);
    }

    ObjectNode toJson() {
        ObjectNode o =
                ConfList.MAPPER.createObjectNode().put("formatVersion", FORMAT).put("device", device);
        o.set("list", list.toJson());
        o.set("runtime", runtime);
        o.set("result", result);
        return o;
    }

    static Attachment parse(String id, JsonNode json) {
        if (json.path("formatVersion").asInt() != FORMAT) {
            throw EngineException.internal(
                    "the record of CNI attachment " + id + " has format version "
                            + json.path("formatVersion").asText("none"),
                    null);
        }
        JsonNode result = json.path("result");
        return new Attachment(
                id,
                json.path("device").asText(),
                ConfList.parse(json.path("list"), "of attachment " + id),
                json.path("runtime") instanceof ObjectNode o ? o : ConfList.MAPPER.createObjectNode(),
                result.isObject() ? result : null);
    }

    /** ADD, plugin by plugin; each has the result of the one before. */
    Attachment add(Plugin plugin, String namespace) {
        JsonNode last = null;
        for (ObjectNode p : list.plugins()) {
            last = plugin.call("ADD", config(p, last), environment(namespace));
            if (last == null) {
                throw EngineException.unavailable("CNI plugin " + p.path("type").asText() + " (ADD) printed no result");
            }
        }
        return with(last);
    }

    void check(Plugin plugin, String namespace) {
        if (list.hasCheck()) {
            for (ObjectNode p : list.plugins()) {
                plugin.call("CHECK", config(p, result), environment(namespace));
            }
        }
    }

    /** DEL, the last plugin first; one that fails does not keep the others from it. */
    void delete(Plugin plugin, @Nullable String namespace) {
        List<ObjectNode> reversed = new ArrayList<>(list.plugins());
        Collections.reverse(reversed);
        RuntimeException failure = null;
        for (ObjectNode p : reversed) {
            try {
                plugin.call("DEL", config(p, result), environment(namespace));
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private ObjectNode config(ObjectNode plugin, @Nullable JsonNode previous) {
        ObjectNode o = plugin.deepCopy();
        o.put("name", list.name());
        o.put("cniVersion", list.version());
        ObjectNode own = ConfList.MAPPER.createObjectNode();
        runtime.properties().forEach(f -> {
            if (plugin.path("capabilities").path(f.getKey()).asBoolean()) {
                own.set(f.getKey(), f.getValue());
            }
        });
        o.remove("capabilities");
        if (!own.isEmpty()) {
            o.set("runtimeConfig", own);
        }
        if (previous != null) {
            o.set("prevResult", previous);
        }
        return o;
    }

    private Map<String, String> environment(@Nullable String namespace) {
        Map<String, String> e = new HashMap<>();
        e.put("CNI_CONTAINERID", id);
        e.put("CNI_IFNAME", device);
        if (namespace != null) {
            e.put("CNI_NETNS", namespace);
        }
        return e;
    }

    /** The endpoint with what the plugins gave it. */
    Endpoint applied(Endpoint e) {
        JsonNode r = result == null ? ConfList.MAPPER.createObjectNode() : result;
        int inside = -1;
        String mac = "";
        for (int i = 0; i < r.path("interfaces").size(); i++) {
            JsonNode one = r.path("interfaces").get(i);
            if (one.path("name").asText().equals(device)
                    && !one.path("sandbox").asText().isEmpty()) {
                inside = i;
                mac = one.path("mac").asText();
            }
        }
        String v4 = null;
        String v6 = null;
        String gateway = null;
        String gatewayV6 = null;
        for (JsonNode ip : r.path("ips")) {
            if (ip.has("interface") && inside >= 0 && ip.get("interface").asInt() != inside) {
                continue;
            }
            String address = ip.path("address").asText();
            String via = ip.path("gateway").asText();
            if (address.contains(":") && v6 == null) {
                v6 = address;
                gatewayV6 = via.isEmpty() ? null : via;
            } else if (!address.contains(":") && v4 == null) {
                v4 = address;
                gateway = via.isEmpty() ? null : via;
            }
        }
        if (v4 == null || v4.indexOf('/') < 0) {
            throw EngineException.unsupported("CNI network " + list.name() + " gave no IPv4 address with its prefix"
                    + " length, which containers need here");
        }
        return e.withAddresses(mac, v4, v6, gateway, gatewayV6);
    }
}
