package dev.felucca.door.layer;

import dev.felucca.api.KernelException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Stat;
import dev.felucca.door.Xattrs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The layers below one that is being unpacked in overlay form, for what its archive presupposes. */
final class LowerLayers {
    private final List<Fd> roots;
    private final Whiteouts form;

    LowerLayers(List<Fd> roots, Whiteouts form) {
        this.roots = List.copyOf(roots);
        this.form = form;
    }

    /** Attributes of a directory that the archive leaves out: as below, or root's with mode 0755. */
    LayerEntry directory(List<String> path) {
        Optional<Fd> found = find(path);
        if (found.isEmpty()) {
            return entry(path, 0755, 0, 0, System.currentTimeMillis() * 1_000_000, Map.of());
        }
        try (Fd dir = found.get()) {
            Stat st = Stat.of(dir);
            if (!st.isDirectory()) {
                return entry(path, 0755, 0, 0, System.currentTimeMillis() * 1_000_000, Map.of());
            }
            Map<String, byte[]> xattrs = new HashMap<>();
            for (String x : Xattrs.flist(dir)) {
                if (!x.startsWith("trusted.overlay.")) {
                    Xattrs.fget(dir, x).ifPresent(v -> xattrs.put(x, v));
                }
            }
            return entry(path, st.permissions(), st.uid(), st.gid(), st.mtimeNs(), xattrs);
        }
    }

    private static LayerEntry entry(
            List<String> path, int mode, int uid, int gid, long mtimeNs, Map<String, byte[]> xattrs) {
        return new LayerEntry(
                String.join("/", path), LayerEntry.Kind.DIRECTORY, "", mode, uid, gid, 0, 0, mtimeNs, mtimeNs, xattrs);
    }

    boolean isDirectory(List<String> path) {
        Optional<Fd> found = find(path);
        try (Fd fd = found.orElse(Fd.CWD)) {
            return found.isPresent() && Stat.of(fd).isDirectory();
        }
    }

    /** Brings a file of a lower layer into this one; false if there is none. */
    boolean copyUp(EntryPath file, Fd toDir) {
        Optional<Fd> found = find(file.parents());
        if (found.isEmpty()) {
            return false;
        }
        try (Fd dir = found.get()) {
            Optional<Stat> st = Stat.of(dir).isDirectory() ? Stats.find(dir, file.last()) : Optional.empty();
            if (st.isEmpty() || hides(dir, file.last()) || st.get().isDirectory() || Whiteouts.isWhiteout(st.get())) {
                return false;
            }
            TreeCopy.copyNode(dir, file.last(), st.get(), toDir, file.last());
            return true;
        }
    }

    private boolean hides(Fd dir, String name) {
        return form == Whiteouts.AUFS && Stats.exists(dir, Whiteouts.PREFIX + name);
    }

    /** Whether a layer has a whiteout of something on the way. */
    private static boolean deleted(Fd root, List<String> path) {
        for (int n = 0; n < path.size(); n++) {
            String way = n == 0 ? "" : String.join("/", path.subList(0, n)) + "/";
            if (Stats.exists(root, way + Whiteouts.PREFIX + path.get(n))) {
                return true;
            }
        }
        return false;
    }

    /** What the topmost layer that knows the path has there. */
    private Optional<Fd> find(List<String> path) {
        String text = path.isEmpty() ? "." : String.join("/", path);
        for (Fd root : roots) {
            try {
                Fd fd = Descriptors.openat2(
                        root,
                        text,
                        Descriptors.O_PATH | Descriptors.O_NOFOLLOW,
                        0,
                        Descriptors.RESOLVE_BENEATH | Descriptors.RESOLVE_NO_SYMLINKS);
                return Optional.of(fd);
            } catch (KernelException e) {
                if (e.errno() == Errno.ENOTDIR || e.errno() == Errno.ELOOP) {
                    return Optional.empty(); // a whiteout, file or link on the way hides what lies further down
                }
                if (e.errno() != Errno.ENOENT) {
                    throw e;
                }
                if (form == Whiteouts.AUFS && deleted(root, path)) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}
