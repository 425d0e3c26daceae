package dev.felucca.api.exec;

import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The small static program that is process 1 of a container that wants one ({@code --init}): it runs {@code ARGV[2..]} after
 * {@code --}, passes signals on to it, reaps what is orphaned, and ends with its exit code. Thread-safe.
 */
@ProviderType
public interface InitProgram {
    /** Where it is on this host: an executable file that containers get read-only. */
    Path path();
}
