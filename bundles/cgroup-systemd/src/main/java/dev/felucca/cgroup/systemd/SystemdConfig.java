package dev.felucca.cgroup.systemd;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the systemd cgroup manager; its PID is dev.felucca.cgroup.systemd. */
@ObjectClassDefinition(id = "dev.felucca.cgroup.systemd", name = "Cgroup manager systemd")
public @interface SystemdConfig {
    @AttributeDefinition(name = "Slice", description = "The slice unit that containers' scopes are made in.")
    String slice() default "system.slice";

    @AttributeDefinition(
            name = "Patience",
            description = "How long a job of systemd's, destroy and freeze are waited for, in milliseconds.")
    long patience_millis() default 30_000;
}
