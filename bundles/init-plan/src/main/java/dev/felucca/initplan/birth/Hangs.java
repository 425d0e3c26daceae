package dev.felucca.initplan.birth;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.door.Fd;
import dev.felucca.door.InitLate;
import dev.felucca.door.Transfers;
import dev.felucca.initplan.Op;
import java.util.List;

/** Says where a birth hung when its deadline passed: between which operations, and in what state the kernel has the process. */
final class Hangs {
    private Hangs() {}

    /**
     * @param ops of the plan
     * @param from the first operation that may hang
     * @param to the last
     * @param pid of init; 0 if it is not born yet
     */
    static EngineException named(InitLate late, List<Op> ops, int from, int to, int pid) {
        String first = "\"" + ops.get(from).words() + "\"";
        String where = from == to
                ? "at " + first
                : "between " + first + " and \"" + ops.get(to).words() + "\"";
        return new EngineException(
                EngineException.Kind.UNAVAILABLE,
                late.message() + "; the container's init hung " + where + (pid == 0 ? "" : state(pid)),
                late);
    }

    private static String state(int pid) {
        try {
            String stat = Transfers.readText(Fd.CWD, "/proc/" + pid + "/stat");
            String wait = Transfers.readText(Fd.CWD, "/proc/" + pid + "/wchan");
            return ", in state " + stat.charAt(stat.lastIndexOf(')') + 2) + (wait.equals("0") ? "" : " in " + wait);
        } catch (KernelException e) {
            return ", and is gone now";
        }
    }
}
