package dev.felucca.core;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Section {@code core} of felucca.json. */
@ObjectClassDefinition(id = CoreConfig.PID, name = "Felucca core")
public @interface CoreConfig {
    String PID = "dev.felucca.core";

    @AttributeDefinition(description = "storage driver of new containers")
    String storage_driver() default "overlay";

    @AttributeDefinition(description = "cgroup manager of new containers")
    String cgroup_manager() default "raw";

    @AttributeDefinition(description = "namespace strategy of new containers")
    String namespace_strategy() default "clone";

    @AttributeDefinition(description = "runtime of new containers")
    String default_runtime() default "native";

    @AttributeDefinition(description = "network driver of new networks")
    String network_driver() default "bridge";

    @AttributeDefinition(description = "name server of containers on networks other than bridge")
    String name_server() default "embedded";

    @AttributeDefinition(
            description = "where networks' subnets come from: a range and the prefix length of the subnets in it")
    String[] address_pools() default {"172.16.0.0/12,16", "192.168.0.0/16,20"};

    @AttributeDefinition(description = "how long a call waits for a driver that is not there", min = "0")
    long driver_wait_millis() default 10_000;

    @AttributeDefinition(description = "how long a departing driver's calls in flight are waited for", min = "0")
    long drain_millis() default 30_000;

    @AttributeDefinition(description = "how long the birth of a container may take", min = "1")
    int birth_timeout_seconds() default 60;

    @AttributeDefinition(
            description = "tasks that run at once, not counting those that wait; 0 means twice the processors",
            min = "0")
    int workers() default 0;
}
