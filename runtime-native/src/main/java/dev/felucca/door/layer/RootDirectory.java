package dev.felucca.door.layer;

import static dev.felucca.door.Descriptors.O_DIRECTORY;
import static dev.felucca.door.Descriptors.O_RDONLY;

import dev.felucca.api.storage.LayerSource;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.Nodes;
import dev.felucca.door.Stat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Directories that are stacked to a merged tree: a layer's content, and what a container writes. */
public final class RootDirectory {
    private RootDirectory() {}

    /** Makes a directory that will be the root of a merged tree, looking like the root below. */
    public static Fd make(Fd dir, String name, @Nullable Stat like) {
        Nodes.mkdirat(dir, name, 0755);
        Fd made = Descriptors.openat(dir, name, O_RDONLY | O_DIRECTORY, 0);
        try {
            if (like != null && (like.uid() != 0 || like.gid() != 0)) {
                Nodes.fchown(made, like.uid(), like.gid());
            }
            Nodes.fchmod(made, like == null ? 0755 : like.permissions());
            return made;
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }

    /**
     * Makes such a directory and unpacks a layer there.
     *
     * @param below the directories of the layers below, topmost first
     */
    public static void unpack(Fd dir, String name, LayerSource content, Whiteouts form, List<Path> below) {
        List<Fd> lower = new ArrayList<>();
        try {
            for (Path path : below) {
                lower.add(Descriptors.open(path.toString(), Descriptors.O_PATH | O_DIRECTORY));
            }
            try (Fd diff = make(dir, name, lower.isEmpty() ? null : Stat.of(lower.get(0)))) {
                LayerApplier.apply(content, diff, form, lower);
            }
        } finally {
            lower.forEach(Fd::close);
        }
    }
}
