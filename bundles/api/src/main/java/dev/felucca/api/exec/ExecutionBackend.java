package dev.felucca.api.exec;

import dev.felucca.api.EngineException;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.api.spec.Spec;
import java.util.List;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes processes out of runtime specs. A call goes down, a {@link ProcessListener} comes up.
 *
 * <p>Life of a container here: {@link #create} (init is born, placed, set up, and waits), {@link #start} (init becomes the
 * user's program), any number of {@link #signal} and exec, the listener is told the exit, {@link #delete}. A process that was
 * created and never started is ended by {@link #delete} as well. What a container needs between calls is kept in the door's
 * handle table and in the kernel, never in the driver.
 */
@ConsumerType
public interface ExecutionBackend extends Driver {
    /** The runtime names that users may ask for ({@code --runtime}), the default first. */
    Set<String> runtimes();

    /**
     * Whether the containers survive the engine. If not, the engine ends them when it ends. If so, the backend writes their logs, and
     * an engine that starts asks {@link #adopt} for each that ran.
     */
    boolean survivesEngine();

    /**
     * Whether this runtime makes, freezes, updates and removes the container's control group itself, at {@code linux.cgroupsPath} of
     * the spec (runc, crun). Then the cgroup manager is asked for the path and for figures only: it neither prepares nor applies,
     * and {@link #pause}, {@link #resume} and {@link #update} are called in its place; {@link #delete} removes the group.
     *
     * @param runtime one of {@link #runtimes}
     */
    default boolean ownsCgroup(String runtime) {
        return false;
    }

    /**
     * Births init, up to the point where the user's program would be executed.
     *
     * @throws dev.felucca.api.EngineException with nothing left: INVALID or UNSUPPORTED for what the spec asks, KERNEL with
     *     the operation that failed, UNAVAILABLE if the deadline has passed
     */
    CreatedProcess create(CreateRequest request);

    /**
     * Lets init execute the user's program; returns when it has.
     *
     * @throws ExecFailedException if it cannot be executed; the listener is told an exit too
     */
    void start(String containerId);

    /**
     * Takes over what an earlier engine left of a container, and is the same for it from then on as after {@link #create} and
     * {@link #start}. A container that was created and not started is Gone.
     *
     * @throws dev.felucca.api.EngineException UNAVAILABLE if it is there and cannot be reached, and may be tried again
     */
    default Adopted adopt(AdoptRequest request) {
        return new Adopted.Gone("the engine ended, and the container with it; its exit status was not seen");
    }

    /** Freezes the container's processes; only if {@link #ownsCgroup}. */
    default void pause(String containerId) {
        throw EngineException.unsupported(name() + " does not freeze containers itself");
    }

    /** Lets them run again; only if {@link #ownsCgroup}. */
    default void resume(String containerId) {
        throw EngineException.unsupported(name() + " does not thaw containers itself");
    }

    /** Changes limits, what the resources do not name stays; only if {@link #ownsCgroup}. */
    default void update(String containerId, LinuxResources resources) {
        throw EngineException.unsupported(name() + " does not change limits itself");
    }

    /** Sends a signal to the container's init, at any time after create; a process that is gone is NOT_FOUND. */
    void signal(String containerId, int signal);

    /** Births one more process in a running container and executes it; returns when it has. Failures as in create and start. */
    CreatedProcess exec(ExecRequest request);

    /** Sends a signal to an exec's process. */
    void signalExec(String execId, int signal);

    /** Forgets the container: kills what is left of it, closes what is held. Missing is no error. */
    void delete(String containerId);

    /**
     * The steps that would make this container, in words, one a line.
     *
     * @param runtime one of {@link #runtimes}
     * @param user as in create; named in the words, since its numbers are known when it is born
     */
    List<String> explain(String runtime, Spec spec, UserRequest user);
}
