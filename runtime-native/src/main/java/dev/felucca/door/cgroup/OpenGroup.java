package dev.felucca.door.cgroup;

import dev.felucca.api.cgroup.CgroupHandle;
import dev.felucca.door.Fd;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A new group, open.
 *
 * @param descriptors the {@code tasks} of its v1 hierarchies
 * @param directory in the v2 hierarchy
 */
record OpenGroup(String cgroupsPath, List<Fd> descriptors, @Nullable Fd directory) implements CgroupHandle {
    OpenGroup {
        descriptors = List.copyOf(descriptors);
    }

    @Override
    public List<Integer> procsDescriptors() {
        return descriptors.stream().map(Fd::number).toList();
    }

    @Override
    public @Nullable Integer birthDirectory() {
        return directory == null ? null : directory.number();
    }

    @Override
    public void close() {
        descriptors.forEach(Fd::close);
        if (directory != null) {
            directory.close();
        }
    }
}
