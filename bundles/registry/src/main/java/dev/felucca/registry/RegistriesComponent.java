package dev.felucca.registry;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.registry.Registries;
import dev.felucca.api.registry.RegistryAuth;
import dev.felucca.api.registry.RegistryRepository;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** The client of registries. What is under way keeps the configuration with which it began. */
@Component(configurationPid = Settings.PID)
@Designate(ocd = RegistryOptions.class)
public final class RegistriesComponent implements Registries {
    private final Logins logins;
    private volatile Transport transport;

    @Activate
    public RegistriesComponent(@Reference EngineRoots roots, RegistryOptions options) {
        this(roots.dataRoot(), transport(Settings.of(options)));
    }

    RegistriesComponent(Path dataRoot, Transport transport) {
        logins = new Logins(dataRoot);
        this.transport = transport;
    }

    private static Transport transport(Settings settings) {
        return new Transport(settings, new Proxies(System.getenv()));
    }

    @Modified
    void modified(RegistryOptions options) {
        transport = transport(Settings.of(options));
    }

    private static List<Connection> connections(
            Transport transport, String domain, RegistryAuth auth, List<String> scopes) {
        return transport.endpoints(domain).stream()
                .map(e -> new Connection(
                        transport, e, new Authorizer(transport, e.mirror() ? RegistryAuth.ANONYMOUS : auth, scopes)))
                .toList();
    }

    @Override
    public RegistryRepository repository(String domain, String path, Access access, @Nullable RegistryAuth auth) {
        Transport t = transport;
        List<Connection> all = connections(
                t,
                domain,
                auth == null ? logins.get(domain) : auth,
                List.of("repository:" + path + ":" + (access == Access.PUSH ? "pull,push" : "pull")));
        List<Connection> used = access == Access.PUSH
                ? all.stream().filter(c -> !c.endpoint().mirror()).toList()
                : all;
        return new Repository(domain + "/" + path, path, used);
    }

    /** Users write a host, or the URL of docker's first registry. */
    static String domain(String server) {
        String s = server.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
        return s.isEmpty() || s.equals("index.docker.io") || s.equals("registry-1.docker.io") ? Endpoint.HUB : s;
    }

    @Override
    public String check(String server, RegistryAuth auth) {
        String domain = domain(server);
        if (auth.username().isEmpty() && auth.identityToken().isEmpty()) {
            throw EngineException.invalid("a login to " + domain + " needs a user name and a password");
        }
        IOException failure = null;
        for (Connection c : connections(transport, domain, auth, List.of())) {
            if (!c.endpoint().mirror()) {
                try {
                    return check(c, domain, auth);
                } catch (IOException e) {
                    if (failure != null) {
                        e.addSuppressed(failure);
                    }
                    failure = e;
                }
            }
        }
        throw new EngineException(
                EngineException.Kind.UNAVAILABLE,
                "login to " + domain + ": " + (failure == null ? "no endpoint" : failure.getMessage()),
                failure);
    }

    private String check(Connection c, String domain, RegistryAuth auth) throws IOException {
        HttpResponse<InputStream> asked = c.anonymous(Call.of("GET", c.uri("v2/")));
        asked.body().close();
        String refresh = asked.statusCode() == 401 ? new Authorizer(transport, auth, List.of()).login(asked) : "";
        HttpResponse<InputStream> response = c.insist(Call.of("GET", c.uri("v2/")));
        if (response.statusCode() != 200) {
            throw Failures.of(response, "login to " + domain + " as " + auth.username());
        }
        response.body().close();
        return refresh;
    }

    @Override
    public void login(String server, RegistryAuth auth) {
        String refresh = check(server, auth);
        logins.put(domain(server), refresh.isEmpty() ? auth : new RegistryAuth(auth.username(), "", refresh, ""));
    }

    @Override
    public boolean logout(String server) {
        return logins.remove(domain(server));
    }
}
