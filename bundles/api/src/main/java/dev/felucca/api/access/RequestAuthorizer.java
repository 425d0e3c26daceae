package dev.felucca.api.access;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides about requests of the Engine API before they are carried out. Any number of services: all are asked, and one that denies is
 * enough. One that fails denies. Those that the configuration requires (section {@code docker}, {@code authorizers}) are named by the
 * service property {@link #NAME}; while one of them is not there, nothing is allowed.
 *
 * <p>Called on several threads at once, and should be quick.
 *
 * <pre>{@code
 * @Component(property = RequestAuthorizer.NAME + "=readers")
 * public final class Readers implements RequestAuthorizer {
 *     public Optional<String> deny(ApiRequest r) {
 *         return r.method().equals("GET") ? Optional.empty() : Optional.of("only reading is allowed");
 *     }
 * }
 * }</pre>
 */
@ConsumerType
public interface RequestAuthorizer {
    /** The service property with its name. */
    String NAME = "felucca.authorizer";

    /** The reason why the request is denied, which the client is told; empty to allow it. */
    Optional<String> deny(ApiRequest request);
}
