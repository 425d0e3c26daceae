package dev.felucca.docker;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.container.Recovered;
import dev.felucca.docker.http.Listener;
import dev.felucca.docker.http.Router;
import dev.felucca.docker.route.Routes;
import dev.felucca.json.ApiVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** Serves Docker's Engine API on a unix socket, as long as it is active. */
@Component(service = DockerApi.class, immediate = true, configurationPid = DockerConfig.PID)
@Designate(ocd = DockerConfig.class)
public final class DockerApi {
    private static final String NONE = "none";

    private final EngineServices engine;
    private final Authorizers authorizers;
    private final @Nullable Listener listener;

    /** @param recovered clients are let in when it is known what became of the containers of an earlier engine */
    @Activate
    public DockerApi(
            BundleContext context, DockerConfig config, @Reference EngineRoots roots, @Reference Recovered recovered)
            throws IOException {
        engine = new EngineServices(context);
        authorizers = new Authorizers(context, Set.of(config.authorizers()));
        if (config.socket().equals(NONE)) {
            listener = null;
            return;
        }
        Path socket = config.socket().isEmpty() ? roots.runRoot().resolve("docker.sock") : Path.of(config.socket());
        if (!socket.isAbsolute()) {
            throw EngineException.invalid("docker.socket is \"" + socket + "\"; give an absolute path");
        }
        Map<String, String> standing = new LinkedHashMap<>();
        standing.put("Api-Version", ApiVersion.NEWEST.toString());
        standing.put("Docker-Experimental", "false");
        standing.put("Ostype", "linux");
        standing.put("Server", "Felucca/" + engine.version() + " (linux)");
        listener = new Listener(socket, config.group(), () -> new Router(Routes.all(engine), authorizers), standing);
    }

    @Deactivate
    void stop() throws IOException {
        if (listener != null) {
            listener.close();
        }
        authorizers.close();
        engine.close();
    }
}
