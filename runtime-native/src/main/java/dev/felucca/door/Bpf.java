package dev.felucca.door;

import dev.felucca.api.KernelException;
import dev.felucca.door.internal.Mem;
import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;
import java.util.ArrayList;
import java.util.List;

/** Device programs of v2 cgroups: bpf(2) with BPF_PROG_TYPE_CGROUP_DEVICE. */
public final class Bpf {
    public static final int BPF_F_ALLOW_MULTI = 2;
    public static final int BPF_F_REPLACE = 4;

    private static final int PROG_LOAD = 5;
    private static final int PROG_ATTACH = 8;
    private static final int PROG_DETACH = 9;
    private static final int PROG_GET_FD_BY_ID = 13;
    private static final int PROG_QUERY = 16;
    private static final int TYPE_CGROUP_DEVICE = 15;
    private static final int ATTACH_CGROUP_DEVICE = 6;
    private static final int ATTR = 128;
    private static final int LOG = 256 * 1024;
    private static final int MAX_PROGRAMS = 64;

    private Bpf() {}

    /**
     * Loads a cgroup device program; the verifier's log stands in the failure's text.
     *
     * @param instructions {@code struct bpf_insn}s of 8 bytes each, in the machine's byte order
     */
    public static Fd loadDeviceProgram(byte[] instructions) {
        try (Scratch s = Scratch.open()) {
            Mem a = s.alloc(ATTR)
                    .putInt(0, TYPE_CGROUP_DEVICE)
                    .putInt(4, instructions.length / 8)
                    .putLong(8, s.bytes(instructions).address())
                    .putLong(16, s.string("Apache-2.0"));
            long r = bpf(PROG_LOAD, a);
            if (r < 0) {
                // Again with a log, which costs too much to ask for at once.
                Mem log = s.alloc(LOG);
                a.putInt(24, 1).putInt(28, LOG).putLong(32, log.address());
                r = bpf(PROG_LOAD, a);
                if (r < 0) {
                    int errno = (int) -r;
                    String words = log.string(0).strip();
                    throw new KernelException(
                            "bpf load",
                            "cgroup device program",
                            errno,
                            Errno.describe(errno) + (words.isEmpty() ? "" : "; the verifier says: " + words));
                }
            }
            return Fd.own((int) r, "bpf cgroup device program");
        }
    }

    /**
     * Attaches a program to a cgroup of a v2 tree.
     *
     * @param cgroup the group's directory, open
     * @param flags BPF_F_ALLOW_MULTI
     */
    public static void attach(Fd program, Fd cgroup, int flags) {
        try (Scratch s = Scratch.open()) {
            Mem a = target(s, cgroup).putInt(4, program.number()).putInt(12, flags);
            Sys.check("bpf attach", cgroup, bpf(PROG_ATTACH, a));
        }
    }

    /** Puts a program in the place of another that was attached with BPF_F_ALLOW_MULTI, with no moment in between. */
    public static void replace(Fd program, Fd previous, Fd cgroup) {
        try (Scratch s = Scratch.open()) {
            Mem a = target(s, cgroup)
                    .putInt(4, program.number())
                    .putInt(12, BPF_F_ALLOW_MULTI | BPF_F_REPLACE)
                    .putInt(16, previous.number());
            Sys.check("bpf replace", cgroup, bpf(PROG_ATTACH, a));
        }
    }

    public static void detach(Fd program, Fd cgroup) {
        try (Scratch s = Scratch.open()) {
            Mem a = target(s, cgroup).putInt(4, program.number());
            Sys.check("bpf detach", cgroup, bpf(PROG_DETACH, a));
        }
    }

    /** The ids of the device programs attached to this very cgroup. */
    public static List<Integer> query(Fd cgroup) {
        try (Scratch s = Scratch.open()) {
            Mem ids = s.alloc(MAX_PROGRAMS * 4);
            Mem a = s.alloc(ATTR)
                    .putInt(0, cgroup.number())
                    .putInt(4, ATTACH_CGROUP_DEVICE)
                    .putLong(16, ids.address())
                    .putInt(24, MAX_PROGRAMS);
            Sys.check("bpf query", cgroup, bpf(PROG_QUERY, a));
            List<Integer> found = new ArrayList<>();
            for (int i = 0; i < a.getInt(24); i++) {
                found.add(ids.getInt(i * 4));
            }
            return found;
        }
    }

    /** A descriptor for a loaded program. */
    public static Fd programById(int id) {
        try (Scratch s = Scratch.open()) {
            Mem a = s.alloc(ATTR).putInt(0, id);
            return Sys.fd("bpf program by id", "bpf program " + id, bpf(PROG_GET_FD_BY_ID, a));
        }
    }

    /** How the attributes of attach and detach begin. */
    private static Mem target(Scratch s, Fd cgroup) {
        return s.alloc(ATTR).putInt(0, cgroup.number()).putInt(8, ATTACH_CGROUP_DEVICE);
    }

    private static long bpf(int command, Mem attributes) {
        return Sys.raw(Nr.BPF, command, attributes.address(), ATTR);
    }
}
