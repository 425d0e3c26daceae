package dev.felucca.cgroup.raw;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the raw cgroup manager; its PID is dev.felucca.cgroup.raw. */
@ObjectClassDefinition(id = "dev.felucca.cgroup.raw", name = "Cgroup manager raw")
public @interface RawConfig {
    @AttributeDefinition(
            name = "Parent group",
            description = "Containers' groups are made below it. Absolute: below the root of each hierarchy (what is"
                    + " mounted there); relative: below the engine's own group.")
    String parent() default "/felucca";

    @AttributeDefinition(
            name = "Patience",
            description = "How long destroy and freeze wait for the kernel, in milliseconds.")
    long patience_millis() default 10_000;
}
