package dev.felucca.door.layer;

import dev.felucca.api.EngineException;
import dev.felucca.api.storage.MountSpec;
import dev.felucca.door.Fd;
import dev.felucca.door.Mounts;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Mounts aufs, which takes its options by mount(2) only: a string of less than a page. Branches that do not fit are appended by
 * remounts. The mount is made in a thread with a mount namespace of its own that ends with it; the detached clone remains.
 * Sources: aufs(5), "MOUNT OPTIONS"; mount(2).
 */
final class AufsMount {
    /** A branch, topmost first, as {@code PATH=rw} or {@code PATH=ro+wh}. */
    static final String BRANCH = "br";

    private static final int PAGE = 4096;
    /** A directory that every host has, and that is hidden in the thread's namespace only. */
    private static final String PLACE = "/dev";

    private AufsMount() {}

    static Fd mount(MountSpec spec) {
        List<String> data = data(spec, PAGE);
        long readOnly = spec.readOnly() ? Mounts.MS_RDONLY : 0;
        return Namespaces.inThread("felucca-aufs", () -> {
            Namespaces.unshare(Namespaces.CLONE_FS | NamespaceType.MOUNT.flag());
            Mounts.mount(null, "/", null, Mounts.MS_REC | Mounts.MS_PRIVATE, null);
            Mounts.mount(spec.source(), PLACE, spec.type(), readOnly, data.get(0));
            for (String more : data.subList(1, data.size())) {
                Mounts.mount(spec.source(), PLACE, spec.type(), readOnly | Mounts.MS_REMOUNT, more);
            }
            return Mounts.openTree(Fd.CWD, PLACE, Mounts.OPEN_TREE_CLONE).describedAs("detached aufs");
        });
    }

    /** The option strings, of less than {@code page} bytes each: the mount's, then one for each remount. */
    static List<String> data(MountSpec spec, int page) {
        List<String> branches = new ArrayList<>();
        StringBuilder rest = new StringBuilder();
        for (MountSpec.Option o : spec.options()) {
            String value = o.value();
            if (o.key().equals(BRANCH) && value != null) {
                branches.add(value);
            } else {
                rest.append(',').append(o.key()).append(value == null ? "" : "=" + value);
            }
        }
        List<String> data = new ArrayList<>();
        StringBuilder now = new StringBuilder(BRANCH);
        int tail = bytes(rest);
        for (String branch : branches) {
            String more = (data.isEmpty() ? ":" : now.isEmpty() ? "append:" : ",append:") + branch;
            if (bytes(now) + bytes(more) + tail >= page) {
                if (now.isEmpty() || now.toString().equals(BRANCH)) {
                    throw EngineException.unsupported("the branch " + branch
                            + " is longer than aufs's options may be (a page); use a shorter data root");
                }
                data.add(data.isEmpty() ? now + rest.toString() : now.toString());
                tail = 0;
                now = new StringBuilder();
                more = "append:" + branch;
            }
            now.append(more);
        }
        data.add(data.isEmpty() ? now + rest.toString() : now.toString());
        return data;
    }

    private static int bytes(CharSequence text) {
        return text.toString().getBytes(StandardCharsets.UTF_8).length;
    }
}
