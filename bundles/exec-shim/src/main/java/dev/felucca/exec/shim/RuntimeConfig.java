package dev.felucca.exec.shim;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of an OCI runtime; its factory PID is dev.felucca.exec.runtime, its name what follows the tilde. */
@ObjectClassDefinition(id = "dev.felucca.exec.runtime", name = "OCI runtime")
public @interface RuntimeConfig {
    String PID = "dev.felucca.exec.runtime";

    @AttributeDefinition(description = "the program, absolute")
    String path();

    @AttributeDefinition(description = "arguments before the subcommand")
    String[] arguments() default {};

    @AttributeDefinition(
            description =
                    "on a host with cgroup v1 and v2 it is shown v1 alone, in a mount namespace: for those that refuse such hosts")
    boolean hide_unified() default false;

    @AttributeDefinition(description = "how long a subcommand may take before it is killed", min = "1")
    int timeout_seconds() default 30;
}
