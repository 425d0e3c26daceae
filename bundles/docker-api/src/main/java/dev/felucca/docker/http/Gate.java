package dev.felucca.docker.http;

import org.jspecify.annotations.Nullable;

/** Asked before a request is carried out. Thread-safe. */
@FunctionalInterface
public interface Gate {
    /** Lets everything through. */
    Gate OPEN = (route, request, user) -> {};

    /**
     * @param user of the client's process; null if it is not known
     * @throws dev.felucca.api.EngineException FORBIDDEN, with the reason
     */
    void check(Route route, Request request, @Nullable String user);
}
