package dev.felucca.initplan;

import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Collectors;

/** The kernel's namespace types (namespaces(7)) with their clone flags, names as in {@code /proc/PID/ns}. */
public enum Namespace {
    TIME("time", 0x0000_0080),
    MOUNT("mnt", 0x0002_0000),
    CGROUP("cgroup", 0x0200_0000),
    UTS("uts", 0x0400_0000),
    IPC("ipc", 0x0800_0000),
    USER("user", 0x1000_0000),
    PID("pid", 0x2000_0000),
    NETWORK("net", 0x4000_0000);

    private final String procName;
    private final int flag;

    Namespace(String procName, int flag) {
        this.procName = procName;
        this.flag = flag;
    }

    /** The name of its file in {@code /proc/PID/ns}. */
    public String procName() {
        return procName;
    }

    /** Its CLONE_NEW* bit. */
    public int flag() {
        return flag;
    }

    /** The bits of several types together. */
    public static int flags(Collection<Namespace> types) {
        return types.stream().mapToInt(Namespace::flag).reduce(0, (a, b) -> a | b);
    }

    static Namespace of(int flag) {
        return Arrays.stream(values())
                .filter(n -> n.flag == flag)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("no namespace type has the flag 0x" + Integer.toHexString(flag)));
    }

    static String words(Collection<Namespace> types) {
        return types.isEmpty()
                ? "no new namespaces"
                : types.stream()
                        .sorted()
                        .map(Namespace::procName)
                        .collect(Collectors.joining(", ", "new namespaces ", ""));
    }
}
