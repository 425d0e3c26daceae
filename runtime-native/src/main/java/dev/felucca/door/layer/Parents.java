package dev.felucca.door.layer;

import static dev.felucca.door.Descriptors.O_DIRECTORY;
import static dev.felucca.door.Descriptors.O_NOFOLLOW;
import static dev.felucca.door.Descriptors.O_PATH;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.internal.Sys;
import java.util.ArrayList;
import java.util.List;

/**
 * Open descriptors of the directories that lead to the place where the last entry went, so that an archive in its usual
 * order costs one openat(2) a directory. Each step is one name opened with O_NOFOLLOW; where it is a symbolic link, the
 * path is resolved by the kernel within the root (openat2(2), RESOLVE_IN_ROOT).
 */
final class Parents implements AutoCloseable {
    /** Called for a directory on the way that is not there. */
    interface Missing {
        /** Makes {@code name} in {@code dir} a directory. */
        void make(Fd dir, String name, List<String> path);
    }

    private final Fd root;
    private final Missing missing;
    private final List<String> names = new ArrayList<>();
    private final List<Fd> open = new ArrayList<>();

    Parents(Fd root, Missing missing) {
        this.root = root;
        this.missing = missing;
    }

    /** The directory at the path, made if it is missing; lent until the next call. */
    Fd of(List<String> path, String what) {
        int common = 0;
        while (common < names.size()
                && common < path.size()
                && names.get(common).equals(path.get(common))) {
            common++;
        }
        shrink(common);
        for (int i = common; i < path.size(); i++) {
            Fd next = step(path, i, what);
            open.add(next);
            names.add(path.get(i));
        }
        return open.isEmpty() ? root : open.get(open.size() - 1);
    }

    private Fd step(List<String> path, int i, String what) {
        Fd dir = open.isEmpty() ? root : open.get(open.size() - 1);
        String name = path.get(i);
        long r = Calls.open(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
        if (r == -Errno.ENOENT) {
            missing.make(dir, name, path.subList(0, i + 1));
            r = Calls.open(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
        }
        if (r == -Errno.ENOTDIR || r == -Errno.ELOOP) {
            return throughLink(String.join("/", path.subList(0, i + 1)), what);
        }
        return Fd.own((int) Sys.check("openat", dir, name, r), Sys.describe(dir, name));
    }

    private Fd throughLink(String path, String what) {
        try {
            return Descriptors.openat2(root, path, O_PATH | O_DIRECTORY, 0, Descriptors.RESOLVE_IN_ROOT);
        } catch (KernelException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID,
                    what + " lies below \"" + path + "\", which is no directory within the layer ("
                            + Errno.symbol(e.errno()) + ")",
                    e);
        }
    }

    /** Forgets what is open at this path and below, because it is about to be replaced. */
    void forget(List<String> path) {
        if (names.size() >= path.size() && names.subList(0, path.size()).equals(path)) {
            shrink(Math.max(0, path.size() - 1));
        }
    }

    private void shrink(int size) {
        for (int i = open.size() - 1; i >= size; i--) {
            open.remove(i).close();
            names.remove(i);
        }
    }

    @Override
    public void close() {
        shrink(0);
    }
}
