package dev.felucca.api.cgroup;

import dev.felucca.api.EngineException;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.spec.LinuxResources;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Owns where a container's control group lives and what its files say, on cgroup v1, v2 and hybrid hosts (cgroups(7)).
 *
 * <p>A group is named by its <i>cgroups path</i>, the value of {@code linux.cgroupsPath} in the runtime spec; only the manager
 * knows which directories in which hierarchies that is. Order: {@link #cgroupsPath}, {@link #prepare}, then either the
 * handle's descriptors (a process writes {@code 0} to each and is in the group) or, if it has none, {@link #apply}; at the end
 * {@link #destroy}. With an OCI runtime that makes its own group, prepare and apply are left out and the manager only reads.
 */
@ConsumerType
public interface CgroupManager extends Driver {

    /**
     * The path for a container; nothing is made yet.
     *
     * @param parent the wanted parent group ({@code --cgroup-parent}); empty for the manager's own
     */
    String cgroupsPath(String containerId, String parent);

    /**
     * Makes the group in every hierarchy and sets its limits. On failure nothing is left.
     *
     * @throws dev.felucca.api.EngineException INVALID if the kernel refuses a value, naming the file, the value and the
     *     reason; UNSUPPORTED if a resource is limited whose controller this host does not have
     */
    CgroupHandle prepare(String cgroupsPath, LinuxResources resources);

    /**
     * Moves the first process into a prepared group. A manager whose handles have no descriptors (a service manager makes a group only
     * around a process) makes the group now; on failure nothing is left but the process, which may have been killed.
     *
     * @param resources as given to {@link #prepare}
     * @throws dev.felucca.api.EngineException as of prepare
     */
    void apply(String cgroupsPath, int pid, LinuxResources resources);

    /** Moves a further process into a group that is there, such as one of {@code exec}. */
    void join(String cgroupsPath, int pid);

    /** Changes limits; what the resources do not name stays. */
    void set(String cgroupsPath, LinuxResources resources);

    /** Stops all processes of the group, and returns when the kernel says that they are stopped. */
    void freeze(String cgroupsPath);

    void thaw(String cgroupsPath);

    /** Whether the group is frozen now, by whomever. */
    default boolean frozen(String cgroupsPath) {
        throw EngineException.unsupported("cgroup manager " + name() + " cannot tell whether a group is frozen");
    }

    CgroupStats stats(String cgroupsPath);

    /** Pids in the group and below, as the engine's pid namespace sees them. */
    List<Integer> processes(String cgroupsPath);

    /** Kills everything in the group with SIGKILL, frozen or not; returns at once. */
    void kill(String cgroupsPath);

    /**
     * How often the OOM killer acted in the group; read it before {@link #destroy}. 0 for a group of which nothing is known; a
     * group that went with its last process is still known.
     */
    long oomKills(String cgroupsPath);

    /**
     * Calls back each time the group runs out of memory, on a thread that must not be blocked.
     *
     * @return close it to stop watching
     */
    OomWatch watchOom(String cgroupsPath, Runnable onOom);

    /** Whether the group is there. */
    boolean exists(String cgroupsPath);

    /**
     * Removes the group, killing what is left in it. Missing is no error.
     *
     * @throws dev.felucca.api.EngineException KERNEL if processes cannot be killed (state D)
     */
    void destroy(String cgroupsPath);

    /** Cgroups paths of all groups below the manager's own parent: what a dead engine may have left. */
    List<String> groups();

    /** A registration. */
    interface OomWatch extends AutoCloseable {
        @Override
        void close();
    }
}
