package dev.felucca.api.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An open tree of files. Paths are absolute in it, and links are resolved within it; a path that ends with {@code /} or {@code /.}
 * is that of a directory, to which a link at its end is followed. For one thread at a time.
 */
@ProviderType
public interface RootTree extends AutoCloseable {
    /** @throws dev.felucca.api.EngineException NOT_FOUND; INVALID for what should be a directory and is none */
    FileStat stat(String path);

    /** A small file; a link at its end is followed. INVALID if it is larger than the limit or no regular file. */
    byte[] read(String path, int limit);

    /**
     * Writes a tar (PAX, extended attributes as SCHILY.xattr) of a file or a directory with all below it; sockets are left out.
     *
     * @param name of the first entry, with which the names of all begin; {@code .} for the content of a directory;
     *     empty for the same without an entry of the directory itself
     */
    void pack(String path, String name, OutputStream to) throws IOException;

    /**
     * Unpacks a tar into a directory that is there. What is in the way is replaced, directories are merged.
     *
     * @throws dev.felucca.api.EngineException INVALID for a malformed archive or one that would write outside of the directory; what came
     *     before in it is there then
     */
    void unpack(String directory, InputStream tar, Unpacking how);

    /**
     * What is other here than in another tree.
     *
     * @param hidden paths that do not count if they are only here and empty
     * @return sorted by path; a directory counts as changed if something in it did
     */
    List<Change> changesSince(RootTree before, Set<String> hidden);

    /** Writes changes as a layer (OCI image spec, layer.md). */
    void packChanges(List<Change> changes, OutputStream to) throws IOException;

    @Override
    void close();

    /**
     * @param keepKinds a directory is not replaced by something else, nor something else by a directory: INVALID
     * @param owner of all that is made; null for what the archive says
     */
    record Unpacking(boolean keepKinds, @Nullable Owner owner) {}

    record Owner(int uid, int gid) {}

    record Change(Kind kind, String path) {
        public enum Kind {
            MODIFIED,
            ADDED,
            DELETED
        }
    }

    /**
     * @param name last part of the path; {@code /} for the root
     * @param mode type and permission bits (inode(7))
     * @param mtimeNs since the epoch
     * @param link of a symbolic link, where it leads to in the end, as an absolute path in the tree; else empty
     */
    record FileStat(String name, long size, int mode, long mtimeNs, String link) {}
}
