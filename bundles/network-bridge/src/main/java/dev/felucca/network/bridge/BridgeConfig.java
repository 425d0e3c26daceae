package dev.felucca.network.bridge;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Section {@code network.bridge} of felucca.json. */
@ObjectClassDefinition(id = BridgeConfig.PID, name = "Felucca bridge networks")
public @interface BridgeConfig {
    String PID = "dev.felucca.network.bridge";

    @AttributeDefinition(
            description = "whether the engine turns IPv4 (and, with IPv6 networks, IPv6) forwarding of this host on")
    boolean forwarding() default false;
}
