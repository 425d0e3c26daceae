package dev.felucca.initplan;

/** The number of each operation in the encoded plan, as {@code PROTOCOL.md} beside felucca-init's sources lists them. */
public enum OpCode {
    JOIN(1),
    UNSHARE(2),
    TIMENS(3),
    CLONE(4),
    BARRIER(5),
    WRITE_FD(6),
    NAMESPACE(7),
    PDEATHSIG(8),
    SETSID(9),
    KEYRING(10),
    DUMPABLE(11),
    UMASK(12),
    RLIMIT(13),
    OOM_SCORE_ADJ(14),
    PERSONALITY(15),
    SCHEDULER(16),
    IOPRIO(17),
    HOSTNAME(18),
    DOMAINNAME(19),
    SYSCTL(20),
    LOOPBACK(21),
    ROOT(32),
    MOUNT_FS(33),
    BIND(34),
    MOUNT_SET(35),
    MKDIR(36),
    MKNOD(37),
    SYMLINK(38),
    MASK(39),
    READONLY(40),
    PIVOT(41),
    OWN(42),
    SETGROUPS(64),
    SETGID(65),
    SETUID(66),
    KEEPCAPS(67),
    BOUNDING(68),
    CAPS(69),
    NO_NEW_PRIVS(70),
    SECCOMP(71),
    LSM_EXEC_LABEL(72),
    TERMINAL(96),
    USE_FD(97),
    OWN_STDIO(98),
    CHDIR(99),
    CLOSE_OTHERS(100),
    EXEC(101);

    private final int number;

    OpCode(int number) {
        this.number = number;
    }

    /** The u16 that stands in the plan. */
    public int number() {
        return number;
    }

    /** @throws IllegalArgumentException if no operation has this number */
    public static OpCode of(int number) {
        for (OpCode c : values()) {
            if (c.number == number) {
                return c;
            }
        }
        throw new IllegalArgumentException("no operation has the code " + number);
    }
}
