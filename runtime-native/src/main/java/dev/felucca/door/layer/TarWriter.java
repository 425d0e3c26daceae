package dev.felucca.door.layer;

import static dev.felucca.door.Descriptors.O_DIRECTORY;
import static dev.felucca.door.Descriptors.O_NOFOLLOW;
import static dev.felucca.door.Descriptors.O_NONBLOCK;
import static dev.felucca.door.Descriptors.O_RDONLY;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Nodes;
import dev.felucca.door.Stat;
import dev.felucca.door.Xattrs;
import dev.felucca.door.internal.CStrings;
import dev.felucca.door.internal.Scratch;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes one tar archive of things in trees, with owners, modes, times to the nanosecond, extended attributes, devices, fifos and
 * hard links. Left out are sockets, attributes of overlayfs and labels. What changes meanwhile is taken as it is met.
 */
public final class TarWriter {
    private static final int CHUNK = 256 * 1024;
    private static final int NAME_MAX = 99;

    private record Inode(long dev, long ino) {}

    private final TarArchiveOutputStream tar;
    private final Map<Inode, String> linked = new HashMap<>();
    private final ByteBuffer direct = Scratch.direct(CHUNK);
    private final byte[] heap = new byte[CHUNK];

    public TarWriter(OutputStream to) {
        // Names go in one character a byte: those that are no ASCII, and attributes, are in records that are written
        // here.
        tar = new TarArchiveOutputStream(to, StandardCharsets.ISO_8859_1.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_TRUNCATE);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
    }

    /**
     * A thing and, of a directory, all below it.
     *
     * @param name of the entry, with which those of all below begin; empty for what is in a directory without the directory itself
     */
    public void tree(Fd dir, String file, Stat st, String name) throws IOException {
        tree(dir, file, st, name, 0);
    }

    private void tree(Fd dir, String file, Stat st, String name, int depth) throws IOException {
        if (depth > DiskUsage.DEPTH) {
            throw EngineException.invalid(
                    name + " is more than " + DiskUsage.DEPTH + " directories deep; it cannot be packed");
        }
        if (!name.isEmpty()) {
            one(dir, file, st, name);
        }
        if (!st.isDirectory()) {
            return;
        }
        String prefix = name.isEmpty() || name.endsWith("/") ? name : name + "/";
        try (Fd child = Descriptors.openat(dir, file, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0)) {
            List<Directories.Entry> entries = Directories.list(child);
            for (Directories.Entry e : entries) {
                try {
                    Stat below = Stat.of(child, e.name(), Nodes.AT_SYMLINK_NOFOLLOW);
                    tree(child, e.name(), below, prefix + e.name(), depth + 1);
                } catch (KernelException gone) {
                    if (gone.errno() != Errno.ENOENT) {
                        throw gone;
                    }
                }
            }
        }
    }

    /** A thing without what is below it. */
    public void one(Fd dir, String file, Stat st, String name) throws IOException {
        switch (st.type()) {
            case Stat.S_IFREG -> regular(dir, file, st, name);
            case Stat.S_IFDIR -> empty(dir, file, st, name.endsWith("/") ? name : name + "/", TarConstants.LF_DIR, "");
            case Stat.S_IFLNK -> empty(dir, file, st, name, TarConstants.LF_SYMLINK, Nodes.readlinkat(dir, file));
            case Stat.S_IFCHR -> empty(dir, file, st, name, TarConstants.LF_CHR, "");
            case Stat.S_IFBLK -> empty(dir, file, st, name, TarConstants.LF_BLK, "");
            case Stat.S_IFIFO -> empty(dir, file, st, name, TarConstants.LF_FIFO, "");
            default -> {
                // a socket is nothing without the process behind it
            }
        }
    }

    /** Marks what is deleted (OCI image spec, layer.md). */
    public void whiteout(String name) throws IOException {
        int slash = name.lastIndexOf('/') + 1;
        TarArchiveEntry e = entry(
                name.substring(0, slash) + Whiteouts.PREFIX + name.substring(slash), TarConstants.LF_NORMAL, Map.of());
        tar.putArchiveEntry(e);
        tar.closeArchiveEntry();
    }

    /** Ends the archive; the stream stays open. */
    public void finish() throws IOException {
        tar.finish();
        tar.flush();
    }

    private void regular(Fd dir, String file, Stat st, String name) throws IOException {
        if (st.nlink() > 1) {
            String first = linked.putIfAbsent(new Inode(st.dev(), st.ino()), name);
            if (first != null) {
                empty(dir, file, st, name, TarConstants.LF_LINK, first);
                return;
            }
        }
        try (Fd in = Descriptors.openat(dir, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0)) {
            Stat now = Stat.of(in);
            if (!now.isRegular()) {
                throw EngineException.conflict(name + " was replaced while it was packed");
            }
            TarArchiveEntry e = attributes(entry(name, TarConstants.LF_NORMAL, records(dir, file, now)), now);
            e.setSize(now.size());
            tar.putArchiveEntry(e);
            data(in, now.size());
            tar.closeArchiveEntry();
        }
    }

    /** As many bytes as were promised: one that grows is cut, one that shrinks is filled. */
    private void data(Fd in, long size) throws IOException {
        long at = 0;
        while (at < size) {
            direct.clear().limit((int) Math.min(CHUNK, size - at));
            int n = Descriptors.pread(in, direct, at);
            if (n == 0) {
                java.util.Arrays.fill(heap, (byte) 0);
                n = (int) Math.min(CHUNK, size - at);
            } else {
                direct.flip().get(heap, 0, n);
            }
            tar.write(heap, 0, n);
            at += n;
        }
    }

    private void empty(Fd dir, String file, Stat st, String name, byte type, String link) throws IOException {
        Map<String, byte[]> records = type == TarConstants.LF_LINK ? new HashMap<>() : records(dir, file, st);
        byte[] target = CStrings.encode(link);
        if (target.length > NAME_MAX || !ascii(target)) {
            records.put("linkpath", target);
        }
        TarArchiveEntry e = attributes(entry(name, type, records), st);
        e.setLinkName(latin(target));
        if (type == TarConstants.LF_CHR || type == TarConstants.LF_BLK) {
            e.setDevMajor(Stat.major(st.rdev()));
            e.setDevMinor(Stat.minor(st.rdev()));
        }
        tar.putArchiveEntry(e);
        tar.closeArchiveEntry();
    }

    private static TarArchiveEntry attributes(TarArchiveEntry e, Stat st) {
        e.setMode(st.permissions());
        e.setUserId(Integer.toUnsignedLong(st.uid()));
        e.setGroupId(Integer.toUnsignedLong(st.gid()));
        e.setModTime(Math.floorDiv(st.mtimeNs(), 1_000_000_000L) * 1000);
        return e;
    }

    private Map<String, byte[]> records(Fd dir, String file, Stat st) {
        Map<String, byte[]> records = new HashMap<>();
        if (st.mtimeNs() % 1_000_000_000L != 0) {
            records.put("mtime", ascii(BigDecimal.valueOf(st.mtimeNs(), 9).toPlainString()));
        }
        String path = dir.procPath() + "/" + file;
        for (String x : Xattrs.llist(path)) {
            if (Attributes.copied(x)) {
                Xattrs.lget(path, x).ifPresent(v -> records.put(LayerReader.XATTR + x, v));
            }
        }
        return records;
    }

    /** An entry, with the records that go before it written. */
    private TarArchiveEntry entry(String name, byte type, Map<String, byte[]> records) throws IOException {
        byte[] bytes = CStrings.encode(name);
        Map<String, byte[]> all = new HashMap<>(records);
        if (bytes.length > NAME_MAX || !ascii(bytes)) {
            all.put("path", bytes);
        }
        if (!all.isEmpty()) {
            byte[] extended = PaxRecords.write(all);
            TarArchiveEntry e = new TarArchiveEntry("PaxHeaders/entry", TarConstants.LF_PAX_EXTENDED_HEADER_LC);
            e.setSize(extended.length);
            tar.putArchiveEntry(e);
            tar.write(extended);
            tar.closeArchiveEntry();
        }
        return new TarArchiveEntry(latin(bytes), type, true);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static boolean ascii(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }
}
