package dev.felucca.contracts.cgroup;

import dev.felucca.api.cgroup.CgroupHandle;
import dev.felucca.api.cgroup.CgroupManager;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.door.Descriptors;
import dev.felucca.door.ExitStatus;
import dev.felucca.door.Fd;
import dev.felucca.door.Processes;
import dev.felucca.door.Spawn;
import dev.felucca.door.Transfers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A shell script running in a group; killed and reaped by {@link #close} if it still runs. */
public final class Child implements AutoCloseable {
    private static final int FIRST_FD = 20;
    private static final int OUTPUT_LIMIT = 1 << 20;

    private final int pid;
    private final Descriptors.Pipe gate;
    private final Descriptors.Pipe out;
    private Optional<ExitStatus> ended = Optional.empty();

    private Child(int pid, Descriptors.Pipe gate, Descriptors.Pipe out) {
        this.pid = pid;
        this.gate = gate;
        this.out = out;
    }

    /** Prepares the group and runs the script in it. */
    public static Child in(CgroupManager manager, String cgroupsPath, LinuxResources resources, String script) {
        try (CgroupHandle handle = manager.prepare(cgroupsPath, resources)) {
            return in(manager, handle, resources, script);
        }
    }

    /**
     * Runs the script in a prepared group. It joins through the handle's descriptors; where the manager gives none, it is
     * moved from outside before it begins.
     */
    public static Child in(CgroupManager manager, CgroupHandle handle, LinuxResources resources, String script) {
        StringBuilder join = new StringBuilder();
        int n = FIRST_FD;
        for (int ignored : handle.procsDescriptors()) {
            join.append("echo 0 >&").append(n++).append(" || exit 99; ");
        }
        List<Integer> descriptors = new ArrayList<>(handle.procsDescriptors());
        Integer directory = handle.birthDirectory();
        if (directory != null) {
            // A shell is not born there; it moves.
            join.append("echo 0 >/proc/self/fd/").append(n).append("/cgroup.procs || exit 99; ");
            descriptors.add(directory);
        }
        Child child = start(join + "read go <&9; " + script, descriptors);
        if (descriptors.isEmpty()) {
            try {
                manager.apply(handle.cgroupsPath(), child.pid, resources);
            } catch (RuntimeException e) {
                child.close();
                throw e;
            }
        }
        child.go();
        return child;
    }

    /** A script that waits for {@link #go}, outside of any group of ours. */
    public static Child waiting(String script) {
        return start("read go <&9; " + script, List.of());
    }

    private static Child start(String script, List<Integer> descriptors) {
        Descriptors.Pipe gate = Descriptors.pipe(0);
        Descriptors.Pipe out = Descriptors.pipe(0);
        // bash: dash takes no descriptor above 9 in a redirection.
        Spawn spawn = Spawn.of("/bin/bash", List.of("bash", "-c", script))
                .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
                .fd(9, gate.reader())
                .fd(1, out.writer())
                .fd(2, out.writer());
        int n = FIRST_FD;
        List<Fd> lent = descriptors.stream().map(d -> Fd.own(d, "cgroup.procs")).toList();
        for (Fd fd : lent) {
            spawn.fd(n++, fd);
        }
        int pid = spawn.start();
        lent.forEach(Fd::release);
        out.writer().close();
        return new Child(pid, gate, out);
    }

    public void go() {
        Descriptors.writeAll(gate.writer(), "go\n".getBytes(StandardCharsets.UTF_8));
    }

    public int pid() {
        return pid;
    }

    /** Reads a line, which waits for the script to write one; empty at its end. */
    public String line() {
        StringBuilder line = new StringBuilder();
        byte[] b = new byte[1];
        while (Descriptors.read(out.reader(), b) == 1 && b[0] != '\n') {
            line.append((char) b[0]);
        }
        return line.toString();
    }

    /** All that it wrote (stdout and stderr), until it and its children have closed them. */
    public String output() {
        return new String(Descriptors.readAll(out.reader(), OUTPUT_LIMIT), StandardCharsets.UTF_8);
    }

    public ExitStatus await() {
        if (ended.isEmpty()) {
            ended = Optional.of(Processes.wait(pid));
        }
        return ended.get();
    }

    /** CPU time so far, in clock ticks: utime and stime of /proc/PID/stat. */
    public long cpuTicks() {
        String stat = Transfers.readText(Fd.CWD, "/proc/" + pid + "/stat");
        String[] f = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(f[11]) + Long.parseLong(f[12]);
    }

    @Override
    public void close() {
        if (ended.isEmpty()) {
            Processes.kill(pid, Processes.SIGKILL);
            await();
        }
        gate.close();
        out.close();
    }
}
