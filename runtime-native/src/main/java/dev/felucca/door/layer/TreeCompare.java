package dev.felucca.door.layer;

import static dev.felucca.door.Descriptors.O_DIRECTORY;
import static dev.felucca.door.Descriptors.O_NOFOLLOW;
import static dev.felucca.door.Descriptors.O_RDONLY;

import dev.felucca.api.EngineException;
import dev.felucca.api.storage.RootTree.Change;
import dev.felucca.api.storage.RootTree.Change.Kind;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.Stat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is other in one tree than in another: by type, mode, owner, device, and, but for directories, size and time of modification.
 * Content is not read, as by docker.
 */
public final class TreeCompare {
    private final Set<String> hidden;
    private final List<Change> changes = new ArrayList<>();

    private TreeCompare(Set<String> hidden) {
        this.hidden = hidden;
    }

    /** @param hidden paths of which an empty file or directory does not count, if it is only in the tree after */
    public static List<Change> compare(Fd before, Fd after, Set<String> hidden) {
        TreeCompare work = new TreeCompare(hidden);
        try (Fd b = open(before, ".");
                Fd a = open(after, ".")) {
            work.directory(b, a, "", 0);
        }
        work.changes.sort(Comparator.comparing(Change::path));
        return work.changes;
    }

    private static Fd open(Fd dir, String name) {
        return Descriptors.openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
    }

    private void directory(@Nullable Fd before, Fd after, String path, int depth) {
        if (depth > DiskUsage.DEPTH) {
            throw EngineException.invalid(
                    path + " is more than " + DiskUsage.DEPTH + " directories deep; it cannot be compared");
        }
        Set<String> gone = new TreeSet<>();
        if (before != null) {
            Directories.list(before).forEach(e -> gone.add(e.name()));
        }
        for (Directories.Entry e : Directories.list(after)) {
            gone.remove(e.name());
            Stats.find(after, e.name()).ifPresent(st -> entry(before, after, st, path + "/" + e.name(), depth));
        }
        gone.forEach(name -> changes.add(new Change(Kind.DELETED, path + "/" + name)));
    }

    private void entry(@Nullable Fd before, Fd after, Stat st, String path, int depth) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        Optional<Stat> was = before == null ? Optional.empty() : Stats.find(before, name);
        int known = changes.size();
        boolean both = st.isDirectory() && was.filter(Stat::isDirectory).isPresent();
        if (st.isDirectory()) {
            try (Fd child = open(after, name);
                    Fd old = both && before != null ? open(before, name) : null) {
                directory(old, child, path, depth + 1);
            }
        }
        boolean empty = st.isDirectory() ? changes.size() == known : st.size() == 0;
        if (was.isEmpty()) {
            if (!empty || !hidden.contains(path)) {
                changes.add(new Change(Kind.ADDED, path));
            }
        } else if (changes.size() > known || differ(was.get(), st)) {
            changes.add(new Change(Kind.MODIFIED, path));
        }
    }

    private static boolean differ(Stat a, Stat b) {
        return a.mode() != b.mode()
                || a.uid() != b.uid()
                || a.gid() != b.gid()
                || a.rdev() != b.rdev()
                || (!a.isDirectory() && (a.size() != b.size() || a.mtimeNs() != b.mtimeNs()));
    }

    /** Writes changes as a layer. */
    public static void pack(Fd root, List<Change> changes, TarWriter tar) throws java.io.IOException {
        for (Change c : changes) {
            String path = c.path().substring(1);
            if (c.kind() == Kind.DELETED) {
                tar.whiteout(path);
                continue;
            }
            int slash = path.lastIndexOf('/');
            String in = slash < 0 ? "." : path.substring(0, slash);
            int flags = Descriptors.O_PATH | O_DIRECTORY;
            try (Fd dir = Descriptors.openat2(root, in, flags, 0, Descriptors.RESOLVE_IN_ROOT)) {
                String name = path.substring(slash + 1);
                Optional<Stat> st = Stats.find(dir, name);
                if (st.isPresent()) {
                    tar.one(dir, name, st.get(), path);
                }
            }
        }
    }
}
