package dev.felucca.registry;

import dev.felucca.api.EngineException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Proxies from the engine's environment: {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code NO_PROXY}, as docker has them. */
final class Proxies extends ProxySelector {
    private static final Logger LOG = LoggerFactory.getLogger(Proxies.class);
    private static final List<Proxy> DIRECT = List.of(Proxy.NO_PROXY);

    private final Map<String, String> environment;

    Proxies(Map<String, String> environment) {
        this.environment = environment;
    }

    private String variable(String name) {
        String upper = environment.getOrDefault(name, "");
        return upper.isEmpty() ? environment.getOrDefault(name.toLowerCase(Locale.ROOT), "") : upper;
    }

    @Override
    public List<Proxy> select(URI uri) {
        String variable = uri.getScheme().equalsIgnoreCase("https") ? "HTTPS_PROXY" : "HTTP_PROXY";
        String proxy = variable(variable);
        if (proxy.isEmpty() || isExempt(uri.getHost())) {
            return DIRECT;
        }
        URI at = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
        if (at.getHost() == null || at.getUserInfo() != null || !"http".equals(at.getScheme())) {
            throw EngineException.unsupported(
                    "not supported: the proxy of " + variable + "; http://HOST:PORT without a user is");
        }
        int port = at.getPort() < 0 ? 80 : at.getPort();
        return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(at.getHost(), port)));
    }

    private boolean isExempt(String host) {
        if (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]")) {
            return true;
        }
        for (String entry : variable("NO_PROXY").split(",")) {
            String e = entry.strip();
            String suffix = e.startsWith(".") ? e : "." + e;
            if (e.equals("*") || (!e.isEmpty() && (host.equals(e) || host.endsWith(suffix)))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException e) {
        LOG.warn("the proxy {} for {} cannot be reached: {}", address, uri.getAuthority(), e.toString());
    }
}
