package dev.felucca.registry;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the client of registries. */
@ObjectClassDefinition(name = "Felucca registries")
public @interface RegistryOptions {
    @AttributeDefinition(
            description = "URLs of mirrors of docker.io, asked in this order before it; they get no credentials")
    String[] mirrors() default {};

    @AttributeDefinition(
            description =
                    "Registries (host, host:port, or a network as 10.0.0.0/8) whose certificate is not checked, and that may be"
                            + " spoken to without TLS; localhost and 127.0.0.0/8 always are")
    String[] insecure() default {};

    @AttributeDefinition(
            description =
                    "Directory with a directory for each registry (host:port) that holds authorities (*.crt) and a client's"
                            + " certificate and PKCS#8 key (*.cert, *.key), all PEM")
    String certificates() default "/etc/felucca/certs.d";

    @AttributeDefinition(description = "How long a connection may take to be made, in seconds")
    int connectSeconds() default 10;

    @AttributeDefinition(description = "How long a registry may say nothing, or take nothing, in seconds")
    int stallSeconds() default 60;

    @AttributeDefinition(description = "How often something is tried while nothing comes of it")
    int attempts() default 5;
}
