package dev.felucca.api.exec;

import dev.felucca.api.spec.Spec;
import dev.felucca.api.storage.MountSpec;
import dev.felucca.api.trace.Trace;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A container to be created.
 *
 * @param runtime the runtime's name as the user gave it; one of the backend's
 * @param spec the whole container; {@code root.path} is not used, the root comes from {@code rootfs}
 * @param user completes {@code spec.process.user}
 * @param rootfs as {@link dev.felucca.api.storage.StorageDriver#rootfs} gave it
 * @param procsDescriptors empty if {@link ExecutionBackend#ownsCgroup}; see {@link dev.felucca.api.cgroup.CgroupHandle#procsDescriptors}; valid during the call
 * @param birthDirectory see {@link dev.felucca.api.cgroup.CgroupHandle#birthDirectory}; valid during the call
 * @param openStdin whether standard input is kept open for writing; otherwise it is /dev/null
 * @param log what a backend that {@linkplain ExecutionBackend#survivesEngine survives the engine} writes the output to; the others ignore
 *     it, since their output is logged by who reads it from {@link ProcessIo}. Null if the output is not logged at all
 * @param deadline after which a birth that hangs is aborted
 */
public record CreateRequest(
        String containerId,
        String runtime,
        Spec spec,
        UserRequest user,
        List<MountSpec> rootfs,
        List<Integer> procsDescriptors,
        @Nullable Integer birthDirectory,
        boolean openStdin,
        @Nullable LogTarget log,
        Birth birth,
        ProcessListener listener,
        Trace trace,
        Duration deadline) {
    public CreateRequest {
        rootfs = List.copyOf(rootfs);
        procsDescriptors = List.copyOf(procsDescriptors);
    }
}
