package dev.felucca.storage.aufs;

import dev.felucca.api.EngineException;
import dev.felucca.api.storage.MountSpec;
import dev.felucca.api.storage.MountSpec.Option;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What aufs is mounted with: branches and options of aufs(5). */
final class Branches {
    /** Of one mount, as the kernel is usually configured (CONFIG_AUFS_BRANCH_MAX_127). */
    static final int MAX = 127;

    private Branches() {}

    /**
     * A writable branch above read-only ones.
     *
     * @param below topmost first
     * @param beside where the file of inode numbers (xino) is made; aufs unlinks it at once
     */
    static MountSpec writable(Path rw, List<Path> below, Path beside) {
        return spec(branch(rw, "rw"), below, beside, false);
    }

    /** The same tree with nothing writable: nothing of the container's own branch is touched. */
    static MountSpec readOnly(Path rw, List<Path> below, Path beside) {
        return spec(branch(rw, "ro+wh"), below, beside, true);
    }

    private static MountSpec spec(Option top, List<Path> below, Path beside, boolean readOnly) {
        List<Option> options = new ArrayList<>(below.size() + 3);
        options.add(top);
        // +wh: whiteouts in a read-only branch count.
        below.forEach(path -> options.add(branch(path, "ro+wh")));
        options.add(new Option("dio", null)); // O_DIRECT passes through
        options.add(new Option("xino", beside.resolve("xino").toString()));
        return new MountSpec("aufs", "none", options, readOnly);
    }

    private static Option branch(Path path, String permission) {
        check(path);
        return new Option("br", path + "=" + permission);
    }

    /** aufs's options have no quoting. */
    static void check(Path path) {
        if (path.toString().matches(".*[:=,].*")) {
            throw EngineException.unsupported(
                    "aufs cannot take " + path
                            + ": its options separate by \":\", \"=\" and \",\"; use another data root or the storage driver overlay");
        }
    }
}
