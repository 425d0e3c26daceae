package dev.felucca.api.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Intel Resource Director Technology; carried along for OCI runtimes, Felucca itself does not apply it. */
public record LinuxIntelRdt(
        @Nullable String closID,
        List<String> schemata,
        @Nullable String l3CacheSchema,
        @Nullable String memBwSchema,
        @Nullable Boolean enableCMT,
        @Nullable Boolean enableMBM) {
    public LinuxIntelRdt {
        schemata = Copies.of(schemata);
    }
}
