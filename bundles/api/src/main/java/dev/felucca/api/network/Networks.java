package dev.felucca.api.network;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The networks that there are. A network is named by its id, a unique prefix of it, or its name. {@code bridge}, {@code host}
 * and {@code none} always exist and cannot be removed. Thread-safe; no method blocks.
 */
@ProviderType
public interface Networks {
    /** All, by name. */
    List<NetworkInfo> list();

    /** @throws dev.felucca.api.EngineException NOT_FOUND ("network x not found") */
    NetworkInfo get(String network);

    /** The endpoints of running containers in it. */
    List<Endpoint> endpoints(String network);

    /**
     * Makes a network. Without a subnet one is taken from the pools; range and gateway of one may be empty.
     *
     * @throws dev.felucca.api.EngineException CONFLICT if the name or the subnet is in use
     */
    CompletionStage<NetworkInfo> create(Request request);

    /** Removes one that no container uses; CONFLICT names those that do. */
    CompletionStage<Void> remove(String network);

    /**
     * Removes those that no container uses, and gives their names.
     *
     * @param which those that may go
     */
    CompletionStage<List<String>> prune(Predicate<NetworkInfo> which);

    /** Makes again what another tool has removed of networks and rules; what was done, in words. */
    CompletionStage<List<String>> repair();

    /** Connects a container to one more network: now, if it runs, and with each start. */
    CompletionStage<Void> connect(String network, String container, NetworkOptions options);

    /**
     * Disconnects a container; from its first network until its next start only.
     *
     * @param force goes on if the container is not connected any more
     */
    CompletionStage<Void> disconnect(String network, String container, boolean force);

    /** A network to be made; {@code driver} null for the default. */
    record Request(
            String name,
            @Nullable String driver,
            boolean internal,
            List<NetworkInfo.Subnet> subnets,
            boolean ipv6,
            Map<String, String> options,
            Map<String, String> labels) {}
}
