package dev.felucca.api.cgroup;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A prepared group, held open until its first process is in it. */
public interface CgroupHandle extends AutoCloseable {
    String cgroupsPath();

    /**
     * Open descriptors of {@code tasks} (v1) or {@code cgroup.procs} (v2), one a hierarchy except that of {@link #birthDirectory},
     * owned by this handle; a process of one thread that writes {@code 0} to each joins the group there. Empty, with no birth
     * directory either, if the manager must do it ({@link CgroupManager#apply}).
     */
    List<Integer> procsDescriptors();

    /**
     * An open descriptor of the group's directory in the v2 hierarchy, owned by this handle: the process is to be born there
     * (clone3(2), CLONE_INTO_CGROUP), since moving one later makes the kernel wait for an RCU grace period, 7 to 20 ms on a quiet
     * machine. Null if the manager has no v2 hierarchy.
     */
    @Nullable
    Integer birthDirectory();

    /** Closes the descriptors; the group stays. */
    @Override
    void close();
}
