package dev.felucca.door;

import dev.felucca.api.EngineException;
import dev.felucca.door.internal.CStrings;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A mount as /proc/PID/mountinfo shows it (proc(5)).
 *
 * @param id unique among the present mounts
 * @param parent id of the mount that it lies on
 * @param device {@code major:minor}
 * @param root which directory of the file system is mounted
 * @param mountPoint relative to the reader's root
 * @param options of this mount, such as {@code rw,nosuid}
 * @param propagation optional fields, such as {@code shared:1 master:2}; empty for a private mount
 * @param type file system type
 * @param source as given to mount(2)
 */
public record MountInfo(
        int id,
        int parent,
        String device,
        String root,
        String mountPoint,
        String options,
        String propagation,
        String type,
        String source) {

    private static final int LIMIT = 64 << 20;

    /** The mounts that the calling thread sees, in the kernel's order: what lies above comes after. */
    public static List<MountInfo> list() {
        try (Fd fd = Descriptors.open("/proc/thread-self/mountinfo", Descriptors.O_RDONLY)) {
            List<MountInfo> all = new ArrayList<>();
            // Byte for byte, as names need not be UTF-8.
            String text = new String(Descriptors.readAll(fd, LIMIT), StandardCharsets.ISO_8859_1);
            for (String line : text.split("\n")) {
                if (!line.isEmpty()) {
                    all.add(parse(line));
                }
            }
            return all;
        }
    }

    private static MountInfo parse(String line) {
        String[] f = line.split(" ");
        int dash = 6;
        while (dash < f.length && !"-".equals(f[dash])) {
            dash++;
        }
        if (dash + 2 >= f.length) {
            throw EngineException.internal("a line of mountinfo is not understood: " + line, null);
        }
        String optional = String.join(" ", List.of(f).subList(6, dash));
        return new MountInfo(
                Integer.parseInt(f[0]),
                Integer.parseInt(f[1]),
                f[2],
                unescape(f[3]),
                unescape(f[4]),
                f[5],
                optional,
                f[dash + 1],
                unescape(f[dash + 2]));
    }

    /** Blanks, tabs, newlines and backslashes stand there as a backslash and three octal digits. */
    private static String unescape(String s) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < s.length(); i++) {
            if (s.charAt(i) == '\\' && i + 3 < s.length()) {
                out.write(Integer.parseInt(s.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                out.write(s.charAt(i));
            }
        }
        return CStrings.decode(out.toByteArray());
    }

    public boolean isShared() {
        return propagation.contains("shared:");
    }

    /** Whether it is mounted strictly below a directory. */
    public boolean isBelow(String directory) {
        return mountPoint.startsWith(directory.endsWith("/") ? directory : directory + "/");
    }

    /** Whether it is a directory bound on itself: it shows what its parent would show at the same place. */
    public boolean isSelfBind(List<MountInfo> all) {
        for (MountInfo p : all) {
            if (p.id == parent && p.id != id) {
                String base = "/".equals(p.mountPoint) ? "" : p.mountPoint;
                String rest = mountPoint.substring(base.length());
                String expected = "/".equals(p.root) ? rest : p.root + rest;
                return p.device.equals(device) && root.equals(expected.isEmpty() ? "/" : expected);
            }
        }
        return false;
    }
}
