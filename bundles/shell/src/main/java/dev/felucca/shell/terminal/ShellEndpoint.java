package dev.felucca.shell.terminal;

import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Registered as a service while the engine accepts clients, and not before: its presence means that a command can be
 * run.
 */
@ProviderType
public interface ShellEndpoint {

    /** The unix socket that clients connect to. */
    Path socket();
}
