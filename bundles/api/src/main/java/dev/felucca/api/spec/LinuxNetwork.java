package dev.felucca.api.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * net_cls and net_prio (v1).
 *
 * @param classID tag of the packets
 * @param priorities by interface
 */
public record LinuxNetwork(@Nullable Long classID, List<LinuxInterfacePriority> priorities) {
    public static final LinuxNetwork EMPTY = new LinuxNetwork(null, List.of());

    public LinuxNetwork {
        priorities = Copies.of(priorities);
    }
}
