package dev.felucca.initplan;

import dev.felucca.door.Barrier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decodes a plan; for tests and tools. Names of slots are not in the bytes and come out empty. */
final class PlanReader {
    private final ByteBuffer in;

    private PlanReader(byte[] bytes) {
        in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static Plan read(byte[] bytes) {
        if (bytes.length < Plan.HEADER) {
            throw new IllegalArgumentException("too short for a plan: " + bytes.length + " bytes");
        }
        PlanReader r = new PlanReader(bytes);
        if (r.u32() != Plan.MAGIC || r.u16() != Plan.VERSION || r.u16() != 0 || r.u32() != bytes.length) {
            throw new IllegalArgumentException("not a plan of version " + Plan.VERSION);
        }
        int count = r.u32();
        List<Op> ops = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            OpCode code = OpCode.of(r.u16());
            int flags = r.u16();
            int end = r.u32() + r.in.position();
            ops.add(r.op(code, flags));
            if (r.in.position() != end) {
                throw new IllegalArgumentException("operation " + i + " (" + code + ") has a wrong length");
            }
        }
        return new Plan(ops);
    }

    private Op op(OpCode code, int flags) {
        return switch (code) {
            case JOIN -> new ProcessOp.Join(ProcessOp.type(u32()), slot());
            case UNSHARE -> new ProcessOp.Unshare(ProcessOp.types(u32()));
            case TIMENS -> timeOffset();
            case CLONE -> new ProcessOp.Clone(ProcessOp.types(u32()), optionalSlot());
            case BARRIER -> new ProcessOp.AwaitBarrier(Barrier.of(u32()));
            case WRITE_FD -> new ProcessOp.WriteFd(slot(), new String(bytes(), StandardCharsets.UTF_8));
            case NAMESPACE -> new ProcessOp.SendNamespace(ProcessOp.type(u32()));
            case PDEATHSIG -> new ProcessOp.ParentDeathSignal(u32());
            case SETSID -> new ProcessOp.NewSession();
            case LOOPBACK -> new ProcessOp.Loopback();
            case KEYRING -> new ProcessOp.SessionKeyring(string());
            case DUMPABLE -> new ProcessOp.Dumpable(u32() != 0);
            case UMASK -> new ProcessOp.Umask(u32());
            case RLIMIT -> new ProcessOp.Rlimit(u32(), u64(), u64());
            case OOM_SCORE_ADJ -> new ProcessOp.OomScoreAdj(u32());
            case PERSONALITY -> new ProcessOp.Personality(u32());
            case SCHEDULER -> new ProcessOp.Scheduler(u32(), u32(), u32(), u64(), u64(), u64(), u64());
            case IOPRIO -> new ProcessOp.IoPriority(u32());
            case HOSTNAME -> new ProcessOp.Hostname(string());
            case DOMAINNAME -> new ProcessOp.Domainname(string());
            case SYSCTL -> new ProcessOp.Sysctl(string(), string());
            case ROOT -> new MountOp.Root(slot(), u32());
            case MOUNT_FS -> mountFs(flags);
            case BIND -> bind(flags);
            case MOUNT_SET -> mountSet(flags);
            case MKDIR -> mkdir(flags);
            case MKNOD -> mknod();
            case SYMLINK -> new MountOp.Symlink(string(), string(), has(flags, OpFlags.EXISTING_OK));
            case MASK -> new MountOp.Mask(string(), has(flags, OpFlags.MISSING_OK));
            case READONLY -> new MountOp.ReadOnly(string(), has(flags, OpFlags.MISSING_OK));
            case PIVOT -> new MountOp.Pivot();
            case OWN -> own();
            case SETGROUPS -> new IdentityOp.SetGroups(u32s());
            case SETGID -> new IdentityOp.SetGid(u32());
            case SETUID -> new IdentityOp.SetUid(u32());
            case KEEPCAPS -> new IdentityOp.KeepCaps(u32() != 0);
            case BOUNDING -> new IdentityOp.Bounding(u64());
            case CAPS -> new IdentityOp.Caps(u64(), u64(), u64(), u64());
            case NO_NEW_PRIVS -> new IdentityOp.NoNewPrivs();
            case SECCOMP -> new IdentityOp.Seccomp(u32(), BpfInstruction.decode(bytes()));
            case LSM_EXEC_LABEL -> new IdentityOp.LsmExecLabel(IdentityOp.LsmExecLabel.Lsm.of(u32()), string());
            case TERMINAL -> new ProgramOp.Terminal(u32(), u32(), u32(), u32(), has(flags, OpFlags.CONSOLE));
            case USE_FD -> new ProgramOp.UseFd(slot(), u32());
            case OWN_STDIO -> new ProgramOp.OwnStdio(u32());
            case CHDIR -> new ProgramOp.Chdir(string(), has(flags, OpFlags.DENIED_OK), has(flags, OpFlags.UNLESS_DONE));
            case CLOSE_OTHERS -> new ProgramOp.CloseOthers();
            case EXEC -> new ProgramOp.Exec(strings(), strings(), strings());
        };
    }

    private Op timeOffset() {
        ProcessOp.TimeOffset.Clock clock = ProcessOp.TimeOffset.Clock.of(u32());
        int nanoseconds = u32();
        return new ProcessOp.TimeOffset(clock, u64(), nanoseconds);
    }

    private Op mountFs(int flags) {
        int attributes = u32();
        String fstype = string();
        String source = string();
        String target = string();
        return new MountOp.MountFs(
                fstype, source, strings(), attributes, target, Create.of(flags), !has(flags, OpFlags.NO_LINKS));
    }

    private Op bind(int flags) {
        Slot mount = slot();
        int propagation = u32();
        long set = u64();
        long clear = u64();
        return new MountOp.Bind(
                mount,
                string(),
                set,
                clear,
                propagation,
                has(flags, OpFlags.RECURSIVE),
                Create.of(flags),
                !has(flags, OpFlags.NO_LINKS));
    }

    private Op mountSet(int flags) {
        int propagation = u32();
        long set = u64();
        long clear = u64();
        return new MountOp.MountSet(string(), set, clear, propagation, has(flags, OpFlags.RECURSIVE));
    }

    private Op mkdir(int flags) {
        int mode = u32();
        int uid = u32();
        int gid = u32();
        return new MountOp.Mkdir(string(), mode, uid, gid, has(flags, OpFlags.EXISTING_OK));
    }

    private Op mknod() {
        int mode = u32();
        int major = u32();
        int minor = u32();
        int uid = u32();
        int gid = u32();
        return new MountOp.Mknod(string(), mode, major, minor, uid, gid);
    }

    private Op own() {
        int mode = u32();
        int uid = u32();
        int gid = u32();
        return new MountOp.Own(string(), mode, uid, gid);
    }

    private static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }

    private int u16() {
        return Short.toUnsignedInt(in.getShort());
    }

    private int u32() {
        return in.getInt();
    }

    private long u64() {
        return in.getLong();
    }

    private Slot slot() {
        return new Slot(u32(), "");
    }

    private Optional<Slot> optionalSlot() {
        int number = u32();
        return number == ProcessOp.Clone.NO_SLOT ? Optional.empty() : Optional.of(new Slot(number, ""));
    }

    private byte[] bytes() {
        byte[] bytes = new byte[u32()];
        in.get(bytes);
        in.position((in.position() + 3) & ~3);
        return bytes;
    }

    private String string() {
        byte[] bytes = bytes();
        return new String(bytes, 0, bytes.length - 1, StandardCharsets.UTF_8);
    }

    private List<String> strings() {
        int count = u32();
        List<String> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(string());
        }
        return list;
    }

    private List<Integer> u32s() {
        int count = u32();
        List<Integer> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(u32());
        }
        return list;
    }
}
