package dev.felucca.initplan;

import java.util.List;

/** Operations on credentials and on what the program may do. Capability sets are masks with bit n for capability n. */
public sealed interface IdentityOp extends Op {

    /** setgroups(2); an empty list drops all. */
    record SetGroups(List<Integer> gids) implements IdentityOp {
        public SetGroups {
            gids = List.copyOf(gids);
        }

        @Override
        public OpCode code() {
            return OpCode.SETGROUPS;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(gids.size());
            gids.forEach(out::u32);
        }

        @Override
        public String words() {
            return gids.isEmpty() ? "drop all supplementary groups" : "set the supplementary groups " + gids;
        }
    }

    /** setresgid(2), all three. */
    record SetGid(int gid) implements IdentityOp {
        @Override
        public OpCode code() {
            return OpCode.SETGID;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(gid);
        }

        @Override
        public String words() {
            return "become group " + Integer.toUnsignedString(gid);
        }
    }

    /** setresuid(2), all three. */
    record SetUid(int uid) implements IdentityOp {
        @Override
        public OpCode code() {
            return OpCode.SETUID;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(uid);
        }

        @Override
        public String words() {
            return "become user " + Integer.toUnsignedString(uid);
        }
    }

    /** PR_SET_KEEPCAPS: permitted capabilities survive the next {@link SetUid}. */
    record KeepCaps(boolean keep) implements IdentityOp {
        @Override
        public OpCode code() {
            return OpCode.KEEPCAPS;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(keep ? 1 : 0);
        }

        @Override
        public String words() {
            return keep ? "keep capabilities over the change of user" : "drop capabilities at a change of user";
        }
    }

    /** PR_CAPBSET_DROP of all that is not in the mask. */
    record Bounding(long mask) implements IdentityOp {
        @Override
        public OpCode code() {
            return OpCode.BOUNDING;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u64(mask);
        }

        @Override
        public String words() {
            return "bound capabilities to 0x" + Long.toHexString(mask);
        }
    }

    /** capset(2), then PR_CAP_AMBIENT: cleared, and raised for each bit. */
    record Caps(long effective, long permitted, long inheritable, long ambient) implements IdentityOp {
        @Override
        public OpCode code() {
            return OpCode.CAPS;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u64(effective).u64(permitted).u64(inheritable).u64(ambient);
        }

        @Override
        public String words() {
            return "set capabilities: effective 0x" + Long.toHexString(effective) + ", permitted 0x"
                    + Long.toHexString(permitted) + ", inheritable 0x" + Long.toHexString(inheritable) + ", ambient 0x"
                    + Long.toHexString(ambient);
        }
    }

    /** PR_SET_NO_NEW_PRIVS. */
    record NoNewPrivs() implements IdentityOp {
        @Override
        public OpCode code() {
            return OpCode.NO_NEW_PRIVS;
        }

        @Override
        public void encode(PlanWriter out) {}

        @Override
        public String words() {
            return "forbid new privileges";
        }
    }

    /**
     * seccomp(2) SECCOMP_SET_MODE_FILTER. The rest of the plan must pass the filter. With SECCOMP_FILTER_FLAG_NEW_LISTENER the
     * notification descriptor is sent to the engine.
     *
     * @param flags32 SECCOMP_FILTER_FLAG_*
     * @param filter 1 to 4,096 instructions
     */
    record Seccomp(int flags32, List<BpfInstruction> filter) implements IdentityOp {
        public Seccomp {
            filter = List.copyOf(filter);
            if (filter.isEmpty() || filter.size() > 4096) {
                throw new IllegalArgumentException("a seccomp filter has 1 to 4096 instructions, not " + filter.size());
            }
        }

        @Override
        public OpCode code() {
            return OpCode.SECCOMP;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(flags32).bytes(BpfInstruction.encode(filter));
        }

        @Override
        public String words() {
            return "install a seccomp filter of " + filter.size() + " instructions";
        }
    }

    /** The LSM's label for the program, written to {@code attr/apparmor/exec} or {@code attr/exec} through a verified procfs. */
    record LsmExecLabel(Lsm lsm, String label) implements IdentityOp {
        /** Which security module the label is for. */
        public enum Lsm {
            APPARMOR(1),
            SELINUX(2);

            private final int id;

            Lsm(int id) {
                this.id = id;
            }

            static Lsm of(int id) {
                return id == 1 ? APPARMOR : SELINUX;
            }
        }

        @Override
        public OpCode code() {
            return OpCode.LSM_EXEC_LABEL;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(lsm.id).string(label);
        }

        @Override
        public String words() {
            return "run the program under the " + lsm + " label " + label;
        }
    }
}
