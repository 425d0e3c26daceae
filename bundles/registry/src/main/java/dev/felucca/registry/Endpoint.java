package dev.felucca.registry;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a registry is reached.
 *
 * @param base ends with a slash
 * @param mirror it gets no credentials, and what it cannot give is asked for elsewhere
 * @param verified whether its certificate is checked
 */
record Endpoint(URI base, boolean mirror, boolean verified) {
    static final String HUB = "docker.io";
    private static final String HUB_HOST = "registry-1.docker.io";

    /** In the order in which they are tried. */
    static List<Endpoint> of(String domain, Settings settings) {
        List<Endpoint> all = new ArrayList<>();
        boolean hub = domain.equals(HUB);
        if (hub) {
            settings.mirrors().forEach(m -> all.add(new Endpoint(m, true, !covers(m, settings))));
        }
        String host = hub ? HUB_HOST : domain;
        boolean insecure = settings.insecure().covers(host);
        all.add(new Endpoint(URI.create("https://" + host + "/"), false, !insecure));
        if (insecure) {
            all.add(new Endpoint(URI.create("http://" + host + "/"), false, false));
        }
        return all;
    }

    private static boolean covers(URI uri, Settings settings) {
        return settings.insecure().covers(uri.getAuthority());
    }

    String host() {
        return base.getAuthority();
    }

    boolean plain() {
        return base.getScheme().equals("http");
    }

    /** Scheme, host and port are the same, so that credentials for one are for the other. */
    static boolean sameOrigin(URI a, URI b) {
        return a.getScheme().equalsIgnoreCase(b.getScheme())
                && a.getHost().equalsIgnoreCase(b.getHost())
                && port(a) == port(b);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }
}
