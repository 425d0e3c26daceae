package dev.felucca.exec.shim;

import dev.felucca.api.exec.CreateRequest;
import dev.felucca.api.exec.CreatedProcess;
import dev.felucca.api.exec.ExecRequest;
import dev.felucca.api.exec.UserRequest;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.api.spec.Spec;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.shim.Shim;
import dev.felucca.door.shim.ShimContainer;
import java.util.List;
import java.util.Set;

/** How the processes of a container are made, once there is a shim to hold them. */
interface ContainerRuntime {
    String name();

    /** See {@link dev.felucca.api.exec.ExecutionBackend#ownsCgroup}. */
    boolean ownsCgroup();

    /** The new namespaces that the shim's felucca-init will be asked for. */
    Set<NamespaceType> asksFor(Spec spec);

    /** Makes init, up to where it waits, and gives it to the shim. A failure leaves nothing outside of the shim. */
    CreatedProcess create(CreateRequest request, Shim shim, ShimContainer container);

    /** Init becomes the program. */
    void start(Container container);

    CreatedProcess exec(ExecRequest request, Container container);

    void signal(Container container, int signal);

    void pause(Container container);

    void resume(Container container);

    void update(Container container, LinuxResources resources);

    /** Removes what the runtime keeps of the container, before the shim kills what is left. Missing is no error. */
    void delete(Container container);

    /** The steps that would make this container, one a line. */
    List<String> explain(Spec spec, UserRequest user);

    /** For people: whether it can be used, or why not. */
    String status();
}
