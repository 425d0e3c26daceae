package dev.felucca.door.layer;

import static dev.felucca.door.Descriptors.O_DIRECTORY;
import static dev.felucca.door.Descriptors.O_NOFOLLOW;
import static dev.felucca.door.Descriptors.O_NONBLOCK;
import static dev.felucca.door.Descriptors.O_PATH;
import static dev.felucca.door.Descriptors.O_RDONLY;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.api.storage.RootTree;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Nodes;
import dev.felucca.door.Stat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;

/** A tree behind a descriptor: every path is resolved by the kernel within it (openat2(2), RESOLVE_IN_ROOT). */
public final class OpenTree implements RootTree {
    private final Fd root;

    /** @param root of the tree; the tree's own from now on */
    public OpenTree(Fd root) {
        this.root = root;
    }

    private Fd open(String path, int flags) {
        try {
            return Descriptors.openat2(root, path, flags, 0, Descriptors.RESOLVE_IN_ROOT);
        } catch (KernelException e) {
            switch (e.errno()) {
                case Errno.ENOENT ->
                    throw new EngineException(
                            EngineException.Kind.NOT_FOUND, path + ": no such file or directory in the container", e);
                case Errno.ENOTDIR ->
                    throw new EngineException(EngineException.Kind.INVALID, path + ": not a directory", e);
                case Errno.ELOOP ->
                    throw new EngineException(EngineException.Kind.INVALID, path + ": too many symbolic links", e);
                default -> throw e;
            }
        }
    }

    private static boolean isDirectory(String path) {
        return path.endsWith("/") || path.endsWith("/.");
    }

    /** Without slashes and a dot at its end; empty for the root. */
    private static String trimmed(String path) {
        String t = path;
        while (t.endsWith("/") || t.endsWith("/.")) {
            t = t.substring(0, t.lastIndexOf('/'));
        }
        return t;
    }

    @Override
    public FileStat stat(String path) {
        String trimmed = trimmed(path);
        String name = trimmed.substring(trimmed.lastIndexOf('/') + 1);
        try (Fd fd = open(path, O_PATH | (isDirectory(path) ? O_DIRECTORY : O_NOFOLLOW))) {
            Stat st = Stat.of(fd);
            String link = st.isSymlink() ? target(trimmed, fd) : "";
            return new FileStat(name.isEmpty() ? "/" : name, st.size(), st.mode(), st.mtimeNs(), link);
        }
    }

    /** Where a link leads to; one that leads nowhere, as far as it can be told. */
    private String target(String path, Fd link) {
        try (Fd to = open(path, O_PATH)) {
            return Nodes.readlinkat(Fd.CWD, to.procPath());
        } catch (EngineException dangling) {
            if (dangling.kind() == EngineException.Kind.KERNEL) {
                throw dangling;
            }
            String text = Nodes.readlinkat(link, "");
            return java.nio.file.Path.of("/" + path)
                    .resolveSibling(text)
                    .normalize()
                    .toString();
        }
    }

    @Override
    public byte[] read(String path, int limit) {
        try (Fd fd = open(path, O_RDONLY | O_NONBLOCK)) {
            Stat st = Stat.of(fd);
            if (!st.isRegular() || st.size() > limit) {
                throw EngineException.invalid(path + " is no file, or has more than " + limit + " bytes");
            }
            return Descriptors.readAll(fd, limit);
        }
    }

    @Override
    public void pack(String path, String name, OutputStream to) throws IOException {
        TarWriter tar = new TarWriter(to);
        String trimmed = trimmed(path);
        if (isDirectory(path) || trimmed.isEmpty()) {
            try (Fd dir = open(path.isEmpty() ? "/" : path, O_PATH | O_DIRECTORY)) {
                tar.tree(dir, ".", Stat.of(dir), name);
            }
        } else {
            int slash = trimmed.lastIndexOf('/');
            try (Fd dir = open(slash <= 0 ? "/" : trimmed.substring(0, slash), O_PATH | O_DIRECTORY)) {
                String file = trimmed.substring(slash + 1);
                tar.tree(dir, file, Stat.of(dir, file, Nodes.AT_SYMLINK_NOFOLLOW), name);
            }
        }
        tar.finish();
    }

    @Override
    public void unpack(String directory, InputStream tar, Unpacking how) {
        String real;
        try (Fd dir = open(directory, O_PATH | O_DIRECTORY)) {
            // a path without links, or the kernel would resolve those above the directory again with each entry
            real = Nodes.readlinkat(Fd.CWD, dir.procPath());
        }
        try {
            LayerApplier.unpack(
                    tar, root, EntryPath.of(real.substring(1), directory).parts(), how);
        } catch (KernelException e) {
            if (e.errno() == Errno.EROFS) {
                throw new EngineException(
                        EngineException.Kind.FORBIDDEN, directory + " is mounted read-only in the container", e);
            }
            throw e;
        }
    }

    @Override
    public List<Change> changesSince(RootTree before, Set<String> hidden) {
        if (!(before instanceof OpenTree other)) {
            throw EngineException.internal("a tree of another making: " + before, null);
        }
        return TreeCompare.compare(other.root, root, hidden);
    }

    @Override
    public void packChanges(List<Change> changes, OutputStream to) throws IOException {
        TarWriter tar = new TarWriter(to);
        TreeCompare.pack(root, changes, tar);
        tar.finish();
    }

    @Override
    public void close() {
        root.close();
    }
}
