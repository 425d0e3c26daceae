package dev.felucca.core.spec;

import dev.felucca.api.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What of the host decides about a spec. What is not always needed is asked only when it is.
 *
 * @param capabilities what the engine itself may give: its bounding set, such as {@code CAP_CHOWN}
 * @param cpus those online, as a list such as {@code 0-3}
 * @param mems the NUMA nodes online
 * @param exists whether there is such a file
 * @param devices all nodes for a privileged container
 */
record HostFacts(
        List<String> capabilities,
        Supplier<String> cpus,
        Supplier<String> mems,
        Predicate<String> exists,
        Supplier<List<HostDevices.Node>> devices) {

    private static final class Here {
        /** The bounding set of a running engine never grows. */
        static final HostFacts FACTS = new HostFacts(
                CapabilityNames.ofStatus(read("/proc/self/status")),
                () -> read("/sys/devices/system/cpu/online").strip(),
                () -> nodes(),
                path -> Files.exists(Path.of(path)),
                () -> HostDevices.all(Path.of("/dev")));
    }

    /** The machine that the engine runs on. */
    static HostFacts here() {
        return Here.FACTS;
    }

    /** A kernel without NUMA has one node and no list. */
    private static String nodes() {
        String list = "/sys/devices/system/node/online";
        return Files.exists(Path.of(list)) ? read(list).strip() : "0";
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw EngineException.internal(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
