package dev.felucca.docker;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Section {@code docker} of felucca.json. */
@ObjectClassDefinition(id = DockerConfig.PID, name = "Docker Engine API")
public @interface DockerConfig {
    String PID = "dev.felucca.docker";

    @AttributeDefinition(
            description = "path of the unix socket; empty for docker.sock in the run root, none for no API at all")
    String socket() default "";

    @AttributeDefinition(description = "group whose members may use the socket, if it exists; empty for root alone")
    String group() default "docker";

    @AttributeDefinition(description = "names of the authorizers without which no request is allowed")
    String[] authorizers() default {};
}
