package dev.felucca.door.layer;

import dev.felucca.door.Stat;
import java.util.Map;

/**
 * One entry of a layer, as the archive describes it and before anything about it was judged.
 *
 * @param name as written in the archive, bytes that are not UTF-8 as in {@link dev.felucca.door}
 * @param link target of a symbolic or hard link, else empty
 * @param mode permission bits with set-id and sticky
 * @param rdev for devices
 * @param size logical size of a regular file
 * @param xattrs values as bytes
 */
record LayerEntry(
        String name,
        Kind kind,
        String link,
        int mode,
        int uid,
        int gid,
        long rdev,
        long size,
        long atimeNs,
        long mtimeNs,
        Map<String, byte[]> xattrs) {

    enum Kind {
        FILE(Stat.S_IFREG),
        DIRECTORY(Stat.S_IFDIR),
        SYMLINK(Stat.S_IFLNK),
        HARD_LINK(0),
        CHARACTER(Stat.S_IFCHR),
        BLOCK(Stat.S_IFBLK),
        FIFO(Stat.S_IFIFO);

        private final int type;

        Kind(int type) {
            this.type = type;
        }

        int type() {
            return type;
        }
    }

    /** The same of another owner. */
    LayerEntry ownedBy(int user, int group) {
        return new LayerEntry(name, kind, link, mode, user, group, rdev, size, atimeNs, mtimeNs, xattrs);
    }
}
