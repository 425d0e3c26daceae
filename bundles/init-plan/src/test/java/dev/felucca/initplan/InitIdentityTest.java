package dev.felucca.initplan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.felucca.door.Errno;
import java.util.List;
import org.junit.jupiter.api.Test;

/** felucca-init's operations on users, capabilities and system call filters, as /proc shows the program. */
class InitIdentityTest extends InitFixture {
    private static final long CHOWN = 1;
    private static final long NET_BIND = 1L << 10;
    private static final String STATUS =
            "grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp:)' /proc/self/status | while read l; do echo $l; done";

    @Test
    void keepsCapabilitiesOverTheChangeOfUser() {
        List<Op> ops = List.of(
                new MountOp.Pivot(),
                new IdentityOp.Bounding(CHOWN | NET_BIND),
                new IdentityOp.KeepCaps(true),
                new IdentityOp.SetGroups(List.of(5, 65534, 70000)),
                new IdentityOp.SetGid(2000),
                new IdentityOp.SetUid(1000),
                new IdentityOp.KeepCaps(false),
                new IdentityOp.Caps(CHOWN | NET_BIND, CHOWN | NET_BIND, NET_BIND, NET_BIND),
                new IdentityOp.NoNewPrivs(),
                shell(STATUS));
        try (InitDriver init = new InitDriver(plan(born(), ops), descriptors)) {
            assertEquals(
                    """
                    Uid: 1000 1000 1000 1000
                    Gid: 2000 2000 2000 2000
                    Groups: 5 65534 70000
                    CapInh: 0000000000000400
                    CapPrm: 0000000000000400
                    CapEff: 0000000000000400
                    CapBnd: 0000000000000401
                    CapAmb: 0000000000000400
                    NoNewPrivs: 1
                    Seccomp: 0
                    """,
                    init.output());
        }
    }

    @Test
    void dropsEverything() {
        List<Op> ops = List.of(
                new MountOp.Pivot(),
                new IdentityOp.Bounding(0),
                new IdentityOp.SetGroups(List.of()),
                new IdentityOp.SetGid(1),
                new IdentityOp.SetUid(1),
                new IdentityOp.Caps(0, 0, 0, 0),
                shell("grep -E '^(Groups|Cap)' /proc/self/status | while read l; do echo $l; done"));
        try (InitDriver init = new InitDriver(plan(born(), ops), descriptors)) {
            String none = "0".repeat(16);
            assertEquals(
                    "Groups: CapInh: " + none + " CapPrm: " + none + " CapEff: " + none + " CapBnd: " + none
                            + " CapAmb: " + none,
                    init.output().strip().replaceAll("\\s+", " "));
        }
    }

    @Test
    void moreCapabilitiesThanThereAreToGiveIsAFailure() {
        List<Op> ops = List.of(
                new IdentityOp.Caps(CHOWN, CHOWN, 0, 0), new IdentityOp.Caps(CHOWN | NET_BIND, CHOWN | NET_BIND, 0, 0));
        List<Op> born = born();
        try (InitDriver init = new InitDriver(plan(born, ops, List.of(shell("true"))), descriptors)) {
            InitDriver.Failure failure = init.failure();
            assertEquals(born.size() + 1, failure.operation());
            assertEquals(Errno.EPERM, failure.errno());
        }
    }

    /** A filter that answers mkdir(2) and mkdirat(2) with EROFS and lets all else through. */
    private static Op filter() {
        boolean x86 = "amd64".equals(System.getProperty("os.arch"));
        return new IdentityOp.Seccomp(
                0,
                List.of(
                        new BpfInstruction(0x20, 0, 0, 0),
                        new BpfInstruction(0x15, 1, 0, x86 ? 83 : 34),
                        new BpfInstruction(0x15, 0, 1, x86 ? 258 : 34),
                        new BpfInstruction(0x06, 0, 0, 0x50000 | Errno.EROFS),
                        new BpfInstruction(0x06, 0, 0, 0x7fff0000)));
    }

    @Test
    void filtersSystemCalls() {
        List<Op> ops =
                List.of(new MountOp.Pivot(), filter(), shell("mkdir /x 2>&1; " + STATUS + " | grep -E 'Sec|NoN'"));
        try (InitDriver init = new InitDriver(plan(born(), ops), descriptors)) {
            assertEquals(
                    "mkdir: can't create directory '/x': Read-only file system\nNoNewPrivs: 0\nSeccomp: 2\n",
                    init.output());
        }
    }

    @Test
    void aFilterOfAnUnprivilegedProcessNeedsNoNewPrivs() {
        List<Op> without = List.of(new IdentityOp.SetUid(1000), filter());
        List<Op> born = born();
        try (InitDriver init = new InitDriver(plan(born, without, List.of(shell("true"))), descriptors)) {
            assertEquals(born.size() + 1, init.failure().operation());
            assertEquals(Errno.EACCES, init.failure().errno());
        }
        closeSlots();
        List<Op> with = List.of(
                new MountOp.Pivot(),
                new IdentityOp.NoNewPrivs(),
                new IdentityOp.SetUid(1000),
                filter(),
                shell("id -u; mkdir /x 2>&1"));
        try (InitDriver init = new InitDriver(plan(born(), with), descriptors)) {
            assertEquals("1000\nmkdir: can't create directory '/x': Read-only file system\n", init.output());
        }
    }

    @Test
    void aFilterThatTheKernelRefusesIsAFailure() {
        assertEquals(
                Errno.EINVAL,
                failing(new IdentityOp.Seccomp(0, List.of(new BpfInstruction(0x20, 0, 0, 0))))
                        .errno());
    }
}
