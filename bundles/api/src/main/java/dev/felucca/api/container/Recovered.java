package dev.felucca.api.container;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Registered as a service when what an earlier engine left has been taken up: containers that run on are this engine's, and of
 * the others it is known how they ended. It comes after two seconds at the latest, so that one container that cannot be reached
 * does not hold up all others; tasks on a container that is not taken up by then wait for that.
 */
@ProviderType
public interface Recovered {}
