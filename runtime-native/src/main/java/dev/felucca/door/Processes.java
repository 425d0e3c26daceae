package dev.felucca.door;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.door.internal.Mem;
import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;
import java.time.Duration;
import java.util.Optional;

/** Processes: waitid(2), pidfd_open(2), pidfd_send_signal(2), kill(2), prctl(2), prlimit(2). {@link Spawn} makes them. */
public final class Processes {
    public static final int PR_SET_PDEATHSIG = 1;
    public static final int PR_GET_DUMPABLE = 3;
    public static final int PR_SET_DUMPABLE = 4;
    public static final int PR_SET_CHILD_SUBREAPER = 36;
    public static final int PR_GET_CHILD_SUBREAPER = 37;

    public static final int SIGKILL = 9;
    public static final int SIGTERM = 15;

    /** RLIM_INFINITY. */
    public static final long UNLIMITED = -1;

    public static final int RLIMIT_CORE = 4;
    public static final int RLIMIT_NPROC = 6;
    public static final int RLIMIT_NOFILE = 7;

    private static final int P_PID = 1;
    private static final int P_PIDFD = 3;
    private static final Duration DESTROY = Duration.ofSeconds(2);
    private static final int WNOHANG = 1;
    private static final int WEXITED = 4;
    private static final int WALL = 0x40000000;
    private static final int CLD_EXITED = 1;
    private static final int CLD_DUMPED = 3;

    private Processes() {}

    /** A resource limit; {@link #UNLIMITED} for none. */
    public record Limit(long soft, long hard) {}

    /** Waits for a child's end and reaps it; also children whose exit signal is not SIGCHLD (__WALL). ECHILD if none. */
    public static ExitStatus wait(int pid) {
        return waitid(P_PID, pid, "pid " + pid, 0).orElseThrow();
    }

    /** Reaps a child if it has ended. */
    public static Optional<ExitStatus> poll(int pid) {
        return waitid(P_PID, pid, "pid " + pid, WNOHANG);
    }

    /** Reaps the child of a pidfd if it has ended; ECHILD if it is not this process's child or was reaped. */
    public static Optional<ExitStatus> poll(Fd pidfd) {
        return waitid(P_PIDFD, pidfd.number(), pidfd.description(), WNOHANG);
    }

    private static Optional<ExitStatus> waitid(int idType, int id, String what, int options) {
        try (Scratch s = Scratch.open()) {
            Mem info = s.alloc(128);
            Mem usage = s.alloc(144);
            Sys.check(
                    "waitid",
                    what,
                    Sys.raw(Nr.WAITID, idType, id, info.address(), options | WEXITED | WALL, usage.address()));
            int pid = info.getInt(16);
            if (pid == 0) {
                return Optional.empty();
            }
            int how = info.getInt(8);
            int status = info.getInt(24);
            boolean exited = how == CLD_EXITED;
            return Optional.of(new ExitStatus(
                    pid,
                    exited ? status : -1,
                    exited ? 0 : status,
                    how == CLD_DUMPED,
                    usage.getLong(0) * 1_000_000 + usage.getLong(8),
                    usage.getLong(16) * 1_000_000 + usage.getLong(24),
                    usage.getLong(32)));
        }
    }

    /** A descriptor that stands for the process whatever becomes of its number, and is readable once it has ended. */
    public static Fd pidfdOpen(int pid) {
        return Sys.fd("pidfd_open", "pidfd of " + pid, Sys.raw(Nr.PIDFD_OPEN, pid, 0));
    }

    /** ESRCH if it has ended and was reaped. */
    public static void sendSignal(Fd pidfd, int signal) {
        Sys.check("pidfd_send_signal " + signal, pidfd, Sys.raw(Nr.PIDFD_SEND_SIGNAL, pidfd.number(), signal, 0, 0));
    }

    /** Waits for a process's end, without reaping it; false if it has not come in this time. */
    public static boolean awaitEnd(Fd pidfd, Duration limit) {
        return Descriptors.awaitReadable(pidfd, limit);
    }

    /**
     * Kills a child and reaps it. One that is blocked in the kernel (state D, or frozen) dies later: then a thread of its own waits to
     * reap it, and the caller goes on.
     *
     * @return false if it has not ended within two seconds
     */
    public static boolean destroy(int pid) {
        try (Fd pidfd = pidfdOpen(pid)) {
            return destroy(pid, pidfd);
        }
    }

    /** As {@link #destroy(int)}; ESRCH if the process was reaped already. */
    static boolean destroy(int pid, Fd pidfd) {
        sendSignal(pidfd, SIGKILL);
        if (awaitEnd(pidfd, DESTROY)) {
            wait(pid);
            return true;
        }
        Thread reaper = new Thread(null, () -> wait(pid), "felucca-reaper-" + pid, 256 * 1024);
        reaper.setDaemon(true);
        reaper.start();
        return false;
    }

    /**
     * Kills a process that another reaps.
     *
     * @return false if it has not ended within two seconds
     */
    public static boolean kill(Fd pidfd) {
        try {
            sendSignal(pidfd, SIGKILL);
        } catch (KernelException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
        return awaitEnd(pidfd, DESTROY);
    }

    /** kill(2). Prefer {@link #sendSignal}: a number may belong to another process by now. */
    public static void kill(int pid, int signal) {
        Sys.check("kill " + signal, "pid " + pid, Sys.raw(Nr.KILL, pid, signal));
    }

    public static int prctl(int option, long a2, long a3, long a4, long a5) {
        return (int) Sys.check("prctl", "option " + option, Sys.raw(Nr.PRCTL, option, a2, a3, a4, a5));
    }

    /**
     * prlimit(2).
     *
     * @param pid 0 for the engine itself
     */
    public static Limit limit(int pid, int resource) {
        try (Scratch s = Scratch.open()) {
            Mem old = s.alloc(16);
            Sys.check("prlimit", "pid " + pid, Sys.raw(Nr.PRLIMIT64, pid, resource, 0, old.address()));
            return new Limit(old.getLong(0), old.getLong(8));
        }
    }

    /** RLIMIT_NOFILE as the engine got it: the JVM raises the soft limit to the hard one, and the launcher says what it was before. */
    public static Limit descriptorsBeforeJvm() {
        Limit now = limit(0, RLIMIT_NOFILE);
        String before = System.getenv("FELUCCA_NOFILE_SOFT");
        long soft = before != null && before.matches("[0-9]{1,18}") ? Long.parseLong(before) : 1024;
        boolean over = now.hard != UNLIMITED && soft > now.hard;
        return new Limit(over ? now.hard : soft, now.hard);
    }

    public static void setLimit(int pid, int resource, Limit limit) {
        try (Scratch s = Scratch.open()) {
            Mem m = s.alloc(16).putLong(0, limit.soft()).putLong(8, limit.hard());
            Sys.check("prlimit", "pid " + pid, Sys.raw(Nr.PRLIMIT64, pid, resource, m.address(), 0));
        }
    }

    public static int getpid() {
        return (int) Sys.raw(Nr.GETPID);
    }

    /** The calling thread's id. */
    public static int gettid() {
        return (int) Sys.raw(Nr.GETTID);
    }

    /** On how many CPUs a process may run; 0 for the calling thread. */
    public static int cpuCount(int pid) {
        try (Scratch s = Scratch.open()) {
            Mem mask = s.alloc(1024);
            int n = (int) Sys.check(
                    "sched_getaffinity", "pid " + pid, Sys.raw(Nr.SCHED_GETAFFINITY, pid, 1024, mask.address()));
            int count = 0;
            for (int i = 0; i < n; i += 8) {
                count += Long.bitCount(mask.getLong(i));
            }
            return count;
        }
    }

    /**
     * When a process started, in clock ticks since boot: field 22 of /proc/PID/stat (proc(5)). Together with the pid and
     * the {@link #bootId} it names a process for good. ENOENT if there is none.
     */
    public static long startTime(int pid) {
        return Long.parseLong(statFrom3(pid)[19]);
    }

    /** Its parent: field 4 of /proc/PID/stat. ENOENT if there is none of that number. */
    public static int parent(int pid) {
        return Integer.parseInt(statFrom3(pid)[1]);
    }

    private static String[] statFrom3(int pid) {
        String stat = Transfers.readText(Fd.CWD, "/proc/" + pid + "/stat");
        // The command's name, in parentheses, may hold spaces and parentheses itself.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        if (fields.length < 20) {
            throw EngineException.internal("/proc/" + pid + "/stat is not understood: " + stat, null);
        }
        return fields;
    }

    /** Identifies the present boot of the kernel. */
    public static String bootId() {
        return Transfers.readText(Fd.CWD, "/proc/sys/kernel/random/boot_id");
    }
}
