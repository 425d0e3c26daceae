package dev.felucca.docker.json;

import dev.felucca.api.EngineException;
import dev.felucca.api.network.PortBinding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Ports to publish, from {@code {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}}. */
final class PortsBody {
    private PortsBody() {}

    static List<PortBinding> parse(Map<String, List<Fields>> bindings) {
        List<PortBinding> all = new ArrayList<>();
        bindings.forEach((port, hosts) -> {
            String[] p = port.split("/", 2);
            String protocol = p.length == 1 ? "tcp" : p[1].toLowerCase(java.util.Locale.ROOT);
            if (protocol.equals("sctp")) {
                throw EngineException.unsupported("not supported: publishing a port of sctp; there are tcp and udp");
            }
            int container = number(p[0], port);
            for (Fields host : hosts) {
                String ip = host.text("HostIp", "");
                String[] range = host.text("HostPort", "0").split("-", 2);
                host.done();
                int first = hostNumber(range[0], port);
                all.add(new PortBinding(
                        container, protocol, ip, first, range.length == 1 ? first : hostNumber(range[1], port)));
            }
            if (hosts.isEmpty()) {
                all.add(new PortBinding(container, protocol, "", 0, 0));
            }
        });
        return all;
    }

    private static int hostNumber(String text, String port) {
        return text.equals("0") ? 0 : number(text, port);
    }

    private static int number(String text, String port) {
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > 65_535) {
            throw EngineException.invalid("invalid port specification: \"" + text + "\" for " + port);
        }
        return Integer.parseInt(text);
    }
}
