package dev.felucca.initplan;

import java.util.List;

/** Operations that set the stage for the program and start it. */
public sealed interface ProgramOp extends Op {

    /**
     * Opens a pseudo-terminal of the container's own devpts (verified), sends the master to the engine, makes the other end the
     * controlling terminal and descriptors 0 to 2. A session must have been started ({@link ProcessOp.NewSession}).
     *
     * @param uid owner of the terminal, as {@code gid} its group
     * @param console whether it is bound on /dev/console too
     */
    record Terminal(int rows, int columns, int uid, int gid, boolean console) implements ProgramOp {
        @Override
        public OpCode code() {
            return OpCode.TERMINAL;
        }

        @Override
        public int flags() {
            return OpFlags.when(console, OpFlags.CONSOLE);
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(rows).u32(columns).u32(uid).u32(gid);
        }

        @Override
        public String words() {
            return "open a terminal of " + columns + "x" + rows + (console ? ", also as /dev/console" : "");
        }
    }

    /** dup3(2) of a slot's descriptor to descriptor 0, 1 or 2. */
    record UseFd(Slot source, int descriptor) implements ProgramOp {
        @Override
        public OpCode code() {
            return OpCode.USE_FD;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(source.number()).u32(descriptor);
        }

        @Override
        public String words() {
            return "use " + source + " as descriptor " + descriptor;
        }
    }

    /**
     * Makes the user the owner of pipes, sockets and terminals on descriptors 0 to 2, so that it can open /dev/stdout again;
     * files and /dev/null are left alone.
     */
    record OwnStdio(int uid) implements ProgramOp {
        @Override
        public OpCode code() {
            return OpCode.OWN_STDIO;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(uid);
        }

        @Override
        public String words() {
            return "give the standard descriptors to user " + Integer.toUnsignedString(uid);
        }
    }

    /**
     * chdir(2), and a check that the directory is inside the root (CVE-2024-21626).
     *
     * @param deniedOk whether EACCES and EPERM leave it to a later one
     * @param unlessDone whether it is skipped when an earlier one has succeeded
     */
    record Chdir(String path, boolean deniedOk, boolean unlessDone) implements ProgramOp {
        @Override
        public OpCode code() {
            return OpCode.CHDIR;
        }

        @Override
        public int flags() {
            return OpFlags.when(deniedOk, OpFlags.DENIED_OK) | OpFlags.when(unlessDone, OpFlags.UNLESS_DONE);
        }

        @Override
        public void encode(PlanWriter out) {
            out.string(path);
        }

        @Override
        public String words() {
            return "change to the directory " + path
                    + (unlessDone ? ", if not there yet" : "")
                    + (deniedOk ? ", later if denied" : "");
        }
    }

    /**
     * close_range(2) for all but 0 to 2 and the socket, slots and the host's procfs too: a path of the image such as
     * {@code /proc/self/fd/9}, given as program or interpreter, must lead to none of them. So no operation that uses a slot, the
     * root or procfs can follow.
     */
    record CloseOthers() implements ProgramOp {
        @Override
        public OpCode code() {
            return OpCode.CLOSE_OTHERS;
        }

        @Override
        public void encode(PlanWriter out) {}

        @Override
        public String words() {
            return "close all other descriptors";
        }
    }

    /**
     * execve(2) of the first candidate that there is; the last operation of a plan. Errors are execvp(3)'s: a candidate that is
     * missing is passed over, and EACCES of any comes before ENOENT.
     *
     * @param candidates paths to try: one if the program was given with a slash, else one for each directory of PATH
     */
    record Exec(List<String> argv, List<String> environment, List<String> candidates) implements ProgramOp {
        public Exec {
            argv = List.copyOf(argv);
            environment = List.copyOf(environment);
            candidates = List.copyOf(candidates);
            if (argv.isEmpty() || candidates.isEmpty()) {
                throw new IllegalArgumentException("a program to execute has a name and a place to look for it");
            }
        }

        @Override
        public OpCode code() {
            return OpCode.EXEC;
        }

        @Override
        public void encode(PlanWriter out) {
            out.strings(argv).strings(environment).strings(candidates);
        }

        @Override
        public String words() {
            return "execute " + String.join(" ", argv);
        }
    }
}
