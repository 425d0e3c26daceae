package dev.felucca.network.dns;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Section {@code network.dns} of felucca.json. */
@ObjectClassDefinition(id = DnsConfig.PID, name = "Felucca name server of containers")
public @interface DnsConfig {
    String PID = "dev.felucca.network.dns";

    @AttributeDefinition(
            description = "how long a name server outside is waited for before the next is asked",
            min = "1")
    int timeout_millis() default 2_000;
}
