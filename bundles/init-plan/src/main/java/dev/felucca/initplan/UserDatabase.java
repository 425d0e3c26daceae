package dev.felucca.initplan;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Stat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A container's passwd(5) and group(5), read through its root: no link in there leads out, and nothing but a regular file of
 * bounded size is read. Lines that make no sense are passed over, as libc does; a missing file is an empty one.
 */
final class UserDatabase {
    private static final int MAX_BYTES = 16 << 20;
    private static final long MAX_ID = 0x7fff_ffffL;

    private UserDatabase() {}

    record Passwd(String name, long uid, long gid, String home) {}

    record Group(String name, long gid, List<String> members) {
        Group {
            members = List.copyOf(members);
        }
    }

    static List<Passwd> passwd(Fd root) {
        List<Passwd> found = new ArrayList<>();
        for (String[] f : lines(root, "etc/passwd")) {
            OptionalLong uid = f.length >= 4 ? id(f[2]) : OptionalLong.empty();
            OptionalLong gid = f.length >= 4 ? id(f[3]) : OptionalLong.empty();
            if (uid.isPresent() && gid.isPresent()) {
                found.add(new Passwd(f[0], uid.getAsLong(), gid.getAsLong(), f.length > 5 ? f[5] : ""));
            }
        }
        return found;
    }

    static List<Group> groups(Fd root) {
        List<Group> found = new ArrayList<>();
        for (String[] f : lines(root, "etc/group")) {
            OptionalLong gid = f.length >= 3 ? id(f[2]) : OptionalLong.empty();
            if (gid.isPresent()) {
                found.add(new Group(f[0], gid.getAsLong(), f.length > 3 ? List.of(f[3].split(",")) : List.of()));
            }
        }
        return found;
    }

    /** A number that can be a uid or gid, or nothing. */
    static OptionalLong id(String text) {
        if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return OptionalLong.empty();
        }
        long n = Long.parseLong(text);
        return n <= MAX_ID ? OptionalLong.of(n) : OptionalLong.empty();
    }

    private static List<String[]> lines(Fd root, String path) {
        String text = read(root, path);
        List<String[]> lines = new ArrayList<>();
        for (String line : text.split("\n")) {
            String stripped = line.strip();
            if (!stripped.isEmpty() && !stripped.startsWith("#")) {
                lines.add(stripped.split(":", -1));
            }
        }
        return lines;
    }

    private static String read(Fd root, String path) {
        // O_NONBLOCK: a fifo of that name must not stop the engine.
        int flags = Descriptors.O_RDONLY | Descriptors.O_NONBLOCK | Descriptors.O_NOCTTY;
        long resolve = Descriptors.RESOLVE_IN_ROOT | Descriptors.RESOLVE_NO_MAGICLINKS;
        try (Fd file = Descriptors.openat2(root, path, flags, 0, resolve)) {
            Stat stat = Stat.of(file);
            if (!stat.isRegular()) {
                throw EngineException.invalid("/" + path + " in the container is not a regular file");
            }
            if (stat.size() > MAX_BYTES) {
                throw EngineException.invalid("/" + path + " in the container has " + stat.size() + " bytes; at most "
                        + MAX_BYTES + " are read");
            }
            return new String(Descriptors.readAll(file, MAX_BYTES), StandardCharsets.UTF_8);
        } catch (KernelException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
                return "";
            }
            throw e;
        }
    }
}
