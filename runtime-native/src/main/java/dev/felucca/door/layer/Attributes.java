package dev.felucca.door.layer;

import dev.felucca.api.EngineException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.Nodes;
import dev.felucca.door.Stat;
import dev.felucca.door.Transfers;
import dev.felucca.door.Xattrs;
import java.util.Map;

/** Owners, modes, extended attributes and times of what was made; in this order, because chown(2) drops the others. */
final class Attributes {
    /** The process's umask, which open(2) and mkdir(2) take off a mode. */
    private static final int UMASK = umask();

    private Attributes() {}

    private static int umask() {
        try (Fd proc = Descriptors.open("/proc/self", Descriptors.O_PATH)) {
            String umask = Transfers.readText(proc, "status").replaceFirst("(?s).*\nUmask:\\s*([0-7]+)\n.*", "$1");
            return Integer.parseInt(umask, 8);
        }
    }

    /** Of a file that was opened with O_CREAT and the entry's permissions. */
    static void newFile(Fd file, LayerEntry e, boolean chown) {
        if (chown || e.uid() != 0 || e.gid() != 0) {
            Nodes.fchown(file, e.uid(), e.gid());
        }
        if ((e.mode() & (07000 | UMASK)) != 0) {
            Nodes.fchmod(file, e.mode());
        }
        xattrs(file, e);
        Nodes.utimensat(file, "", e.atimeNs(), e.mtimeNs(), Nodes.AT_EMPTY_PATH);
    }

    /** Of anything that is reached by name: links, devices, fifos. */
    static void node(Fd dir, String name, LayerEntry e) {
        Nodes.fchownat(dir, name, e.uid(), e.gid(), Nodes.AT_SYMLINK_NOFOLLOW);
        if (e.kind() != LayerEntry.Kind.SYMLINK) {
            Nodes.fchmodat(dir, name, e.mode());
        }
        for (Map.Entry<String, byte[]> x : e.xattrs().entrySet()) {
            if (wanted(x.getKey(), e)) {
                Xattrs.lset(dir.procPath() + "/" + name, x.getKey(), x.getValue(), 0);
            }
        }
        Nodes.utimensat(dir, name, e.atimeNs(), e.mtimeNs(), Nodes.AT_SYMLINK_NOFOLLOW);
    }

    /** Of a directory, when all that goes into it is there. */
    static void directory(Fd dir, LayerEntry e) {
        Nodes.fchown(dir, e.uid(), e.gid());
        Nodes.fchmod(dir, e.mode());
        xattrs(dir, e);
        Nodes.utimensat(dir, "", e.atimeNs(), e.mtimeNs(), Nodes.AT_EMPTY_PATH);
    }

    private static void xattrs(Fd file, LayerEntry e) {
        for (Map.Entry<String, byte[]> x : e.xattrs().entrySet()) {
            if (wanted(x.getKey(), e)) {
                Xattrs.fset(file, x.getKey(), x.getValue(), 0);
            }
        }
    }

    private static boolean wanted(String xattr, LayerEntry e) {
        if (xattr.startsWith("trusted.overlay.") || xattr.startsWith("user.overlay.")) {
            throw EngineException.invalid("entry \"" + e.name() + "\" has the attribute " + xattr
                    + ", with which a layer could reach outside itself; make it without attributes of overlayfs");
        }
        // A label says how this host's policy sees a file, not what the file is; the image's would be of another
        // policy.
        return !"security.selinux".equals(xattr);
    }

    /** Copies all attributes but those of overlayfs and the label; the target is an open descriptor. */
    static void copyXattrs(Fd from, Fd to) {
        for (String name : Xattrs.flist(from)) {
            if (copied(name)) {
                Xattrs.fget(from, name).ifPresent(v -> Xattrs.fset(to, name, v, 0));
            }
        }
    }

    /** As {@link #copyXattrs(Fd, Fd)} for what cannot be opened. */
    static void copyXattrs(Fd fromDir, Fd toDir, String name, String toName) {
        String from = fromDir.procPath() + "/" + name;
        for (String x : Xattrs.llist(from)) {
            if (copied(x)) {
                Xattrs.lget(from, x).ifPresent(v -> Xattrs.lset(toDir.procPath() + "/" + toName, x, v, 0));
            }
        }
    }

    static boolean copied(String xattr) {
        return !xattr.startsWith("trusted.overlay.") && !"security.selinux".equals(xattr);
    }

    /** Owner, mode and times as another file's. */
    static void likeStat(Fd to, Stat st) {
        Nodes.fchown(to, st.uid(), st.gid());
        Nodes.fchmod(to, st.permissions());
        Nodes.utimensat(to, "", st.atimeNs(), st.mtimeNs(), Nodes.AT_EMPTY_PATH);
    }
}
