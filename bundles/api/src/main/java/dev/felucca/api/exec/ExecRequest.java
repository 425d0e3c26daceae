package dev.felucca.api.exec;

import dev.felucca.api.spec.Process;
import dev.felucca.api.spec.Spec;
import dev.felucca.api.trace.Trace;
import java.time.Duration;
import java.util.List;

/**
 * One more process for a running container.
 *
 * @param execId names the process in later calls, unique within the engine
 * @param spec the container's spec, for what the process inherits of it (seccomp, namespaces)
 * @param process the process itself
 * @param procsDescriptors of the container's group, as in {@link CreateRequest}
 */
public record ExecRequest(
        String containerId,
        String execId,
        String runtime,
        Spec spec,
        Process process,
        UserRequest user,
        List<Integer> procsDescriptors,
        boolean openStdin,
        Birth birth,
        ProcessListener listener,
        Trace trace,
        Duration deadline) {
    public ExecRequest {
        procsDescriptors = List.copyOf(procsDescriptors);
    }
}
