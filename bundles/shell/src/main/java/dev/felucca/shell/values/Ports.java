package dev.felucca.shell.values;

import dev.felucca.api.EngineException;
import dev.felucca.api.network.PortBinding;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Published ports as docker writes them. */
public final class Ports {
    private static final Pattern ADDRESS = Pattern.compile("(?:(\\[[0-9a-fA-F:.%]+]|[0-9.]+):)?(.*)");

    private Ports() {}

    /** A range of ports, or one; 0 and 0 for none given. */
    private record Range(int first, int last) {
        int count() {
            return last - first + 1;
        }
    }

    /** {@code [[ADDRESS:]HOST[-HOST]:]CONTAINER[-CONTAINER][/PROTOCOL]}: one binding for each port of the container. */
    public static List<PortBinding> publish(String text) {
        String protocol = "tcp";
        String rest = text;
        int slash = text.indexOf('/');
        if (slash >= 0) {
            protocol = protocol(text.substring(slash + 1));
            rest = text.substring(0, slash);
        }
        String address = "";
        Matcher m = ADDRESS.matcher(rest);
        if (m.matches()
                && m.group(1) != null
                && (m.group(1).contains(".") || m.group(1).startsWith("["))) {
            address = m.group(1).replaceAll("[\\[\\]]", "");
            rest = m.group(2);
        }
        String[] parts = rest.split(":", -1);
        if (parts.length > 2) throw malformed();
        Range container = range(parts[parts.length - 1]);
        Range host = parts.length == 1 || parts[0].isEmpty() ? new Range(0, 0) : range(parts[0]);
        if (container.count() > 1 && host.first() != 0 && host.count() != container.count())
            throw EngineException.invalid("the ranges have not the same length");
        List<PortBinding> all = new ArrayList<>();
        for (int i = 0; i < container.count(); i++) {
            boolean paired = container.count() > 1 && host.first() != 0;
            int from = paired ? host.first() + i : host.first();
            all.add(new PortBinding(container.first() + i, protocol, address, from, paired ? from : host.last()));
        }
        return all;
    }

    private static String protocol(String text) {
        if (text.equals("sctp"))
            throw EngineException.unsupported("not supported: protocol sctp; there are tcp and udp");
        if (!text.equals("tcp") && !text.equals("udp"))
            throw EngineException.invalid("\"" + text + "\" is no protocol; there are tcp and udp");
        return text;
    }

    private static Range range(String text) {
        if (!text.matches("[0-9]{1,5}(-[0-9]{1,5})?")) throw malformed();
        String[] p = text.split("-", -1);
        int first = Integer.parseInt(p[0]);
        int last = Integer.parseInt(p[p.length - 1]);
        if (first < 1 || last > 65_535 || last < first)
            throw EngineException.invalid("\"" + text + "\" is no port or range of ports from 1 to 65535");
        return new Range(first, last);
    }

    private static EngineException malformed() {
        return EngineException.invalid(
                "give [[ADDRESS:]HOSTPORT:]PORT[/PROTOCOL], such as 8080:80 or 127.0.0.1:5353:53/udp");
    }
}
