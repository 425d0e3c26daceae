package dev.felucca.docker;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.felucca.api.EngineException;
import dev.felucca.api.access.ApiRequest;
import dev.felucca.api.access.RequestAuthorizer;
import dev.felucca.docker.http.Gate;
import dev.felucca.docker.http.Request;
import dev.felucca.docker.http.Route;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the services that decide about requests. Without one, and none required, everything is allowed. */
final class Authorizers implements Gate, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Authorizers.class);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ServiceTracker<RequestAuthorizer, RequestAuthorizer> services;
    private final Set<String> required;

    /** @param required names of services without which nothing is allowed */
    Authorizers(BundleContext context, Set<String> required) {
        this.required = Set.copyOf(required);
        services = new ServiceTracker<>(context, RequestAuthorizer.class, null);
        services.open();
    }

    @Override
    public void check(Route route, Request request, @Nullable String user) {
        Set<String> missing = new TreeSet<>(required);
        ServiceReference<RequestAuthorizer>[] references = services.getServiceReferences();
        if (references != null) {
            ApiRequest asked = asked(route, request, user);
            for (ServiceReference<RequestAuthorizer> reference : references) {
                RequestAuthorizer service = services.getService(reference);
                if (service != null) {
                    String name = String.valueOf(reference.getProperty(RequestAuthorizer.NAME));
                    decide(name, service, asked);
                    missing.remove(name);
                }
            }
        }
        if (!missing.isEmpty()) {
            throw EngineException.unavailable("the authorizer " + String.join(", ", missing)
                    + " is configured and not there: nothing is allowed until it is");
        }
    }

    private static ApiRequest asked(Route route, Request request, @Nullable String user) {
        Map<String, Object> body = MAPPER.convertValue(request.json(), new TypeReference<Map<String, Object>>() {});
        return new ApiRequest(
                user,
                route.method(),
                route.path(),
                request.names(),
                request.query().all(),
                body);
    }

    private static void decide(String name, RequestAuthorizer service, ApiRequest asked) {
        Optional<String> denied;
        try {
            denied = service.deny(asked);
        } catch (RuntimeException e) {
            log.error("the authorizer {} failed, which denies {} {}", name, asked.method(), asked.operation(), e);
            denied = Optional.of("it failed");
        }
        if (denied.isPresent()) {
            throw new EngineException(
                    EngineException.Kind.FORBIDDEN, "authorization denied by " + name + ": " + denied.get());
        }
    }

    @Override
    public void close() {
        services.close();
    }
}
