package dev.felucca.api.registry;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Speaks with registries over HTTP (OCI distribution spec; Docker's registry API version 2). Thread-safe.
 *
 * <p>Failures are EngineExceptions: NOT_FOUND for what the registry does not have, FORBIDDEN for what it does not allow, UNAVAILABLE if
 * it cannot be reached, stalls or fails; their messages name the host.
 */
@ProviderType
public interface Registries {
    /**
     * A repository; nothing is asked yet.
     *
     * @param domain registry host with its port, such as {@code docker.io}
     * @param path of the repository there, such as {@code library/busybox}
     * @param access mirrors are not written to
     * @param auth null for what {@link #login} remembers
     */
    RegistryRepository repository(String domain, String path, Access access, @Nullable RegistryAuth auth);

    /**
     * Asks the registry whether it knows the user.
     *
     * @param server as users write it: {@code docker.io}, {@code https://index.docker.io/v1/}, {@code host:5000}; empty for docker.io
     * @return an identity token to use from now on; empty if the registry gives none
     * @throws dev.felucca.api.EngineException FORBIDDEN if it does not
     */
    String check(String server, RegistryAuth auth);

    /** {@link #check Checks}, and remembers the user on disk, for the root user only. */
    void login(String server, RegistryAuth auth);

    /** Forgets the user; false if there was none. */
    boolean logout(String server);

    /** What a repository is used for, and a token asked for. */
    enum Access {
        PULL,
        PUSH
    }
}
