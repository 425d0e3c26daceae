package dev.felucca.cgroup.raw;

import dev.felucca.api.cgroup.CgroupHandle;
import dev.felucca.door.Fd;
import java.util.List;

/** The open cgroup.procs of a new group. */
record RawHandle(String cgroupsPath, List<Fd> descriptors) implements CgroupHandle {
    RawHandle {
        descriptors = List.copyOf(descriptors);
    }

    @Override
    public List<Integer> procsDescriptors() {
        return descriptors.stream().map(Fd::number).toList();
    }

    @Override
    public void close() {
        descriptors.forEach(Fd::close);
    }
}
