package dev.felucca.api.cgroup;

import java.util.List;

/** A prepared group, held open until its first process is in it. */
public interface CgroupHandle extends AutoCloseable {
    String cgroupsPath();

    /**
     * Open descriptors of {@code cgroup.procs}, one a hierarchy, owned by this handle; who writes {@code 0} to each joins the
     * group. Empty if the manager must do it ({@link CgroupManager#apply}).
     */
    List<Integer> procsDescriptors();

    /** Closes the descriptors; the group stays. */
    @Override
    void close();
}
