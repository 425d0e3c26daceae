package dev.felucca.door;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of namespaces (namespaces(7)). */
public enum NamespaceType {
    MOUNT(0x00020000, "mnt", "mnt"),
    CGROUP(0x02000000, "cgroup", "cgroup"),
    UTS(0x04000000, "uts", "uts"),
    IPC(0x08000000, "ipc", "ipc"),
    USER(0x10000000, "user", "user"),
    PID(0x20000000, "pid", "pid_for_children"),
    NETWORK(0x40000000, "net", "net"),
    TIME(0x00000080, "time", "time_for_children");

    private final int flag;
    private final String file;
    private final String newFile;

    NamespaceType(int flag, String file, String newFile) {
        this.flag = flag;
        this.file = file;
        this.newFile = newFile;
    }

    /** CLONE_NEW*. */
    public int flag() {
        return flag;
    }

    /** Its name in /proc/PID/ns. */
    public String file() {
        return file;
    }

    /** The name in /proc/PID/ns of the namespace that unshare(2) made: for pid and time that of the children. */
    public String unsharedFile() {
        return newFile;
    }

    /** By CLONE_NEW* flag. */
    public static Optional<NamespaceType> byFlag(int flag) {
        return Arrays.stream(values()).filter(t -> t.flag == flag).findFirst();
    }
}
