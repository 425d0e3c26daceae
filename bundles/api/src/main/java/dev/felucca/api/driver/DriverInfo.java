package dev.felucca.api.driver;

import java.util.List;
import java.util.Map;

/**
 * One driver as it is now.
 *
 * @param choices the names by which users ask for it: its own, or the runtimes of an execution backend
 * @param bundle symbolic name of the bundle that provides it
 * @param state {@code active}, {@code draining}, or {@code unavailable}: the driver cannot work on this host
 * @param selected whether it is the default of its kind
 * @param leases calls in flight
 * @param containers containers that were made with it
 * @param status what the driver says of itself
 */
public record DriverInfo(
        DriverKind kind,
        String name,
        List<String> choices,
        String bundle,
        String version,
        String state,
        boolean selected,
        int leases,
        int containers,
        Map<String, String> status) {}
