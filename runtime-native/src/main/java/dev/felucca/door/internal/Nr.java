package dev.felucca.door.internal;

/** System call numbers, x86-64 and aarch64 (asm/unistd.h of the kernel). From 424 on all architectures share them. */
public final class Nr {
    /** Whether this is x86-64; the other architecture is aarch64. */
    public static final boolean X86_64 = isX86();

    public static final int READ = pick(0, 63);
    public static final int WRITE = pick(1, 64);
    public static final int CLOSE = pick(3, 57);
    public static final int LSEEK = pick(8, 62);
    public static final int IOCTL = pick(16, 29);
    public static final int PREAD64 = pick(17, 67);
    public static final int PWRITE64 = pick(18, 68);
    public static final int DUP = pick(32, 23);
    public static final int GETPID = pick(39, 172);
    public static final int SOCKET = pick(41, 198);
    public static final int CONNECT = pick(42, 203);
    public static final int SENDTO = pick(44, 206);
    public static final int RECVFROM = pick(45, 207);
    public static final int SENDMSG = pick(46, 211);
    public static final int RECVMSG = pick(47, 212);
    public static final int SHUTDOWN = pick(48, 210);
    public static final int BIND = pick(49, 200);
    public static final int LISTEN = pick(50, 201);
    public static final int GETSOCKNAME = pick(51, 204);
    public static final int SOCKETPAIR = pick(53, 199);
    public static final int SETSOCKOPT = pick(54, 208);
    public static final int GETSOCKOPT = pick(55, 209);
    public static final int KILL = pick(62, 129);
    public static final int FCNTL = pick(72, 25);
    public static final int FLOCK = pick(73, 32);
    public static final int FSYNC = pick(74, 82);
    public static final int FDATASYNC = pick(75, 83);
    public static final int FTRUNCATE = pick(77, 46);
    public static final int FCHDIR = pick(81, 50);
    public static final int FCHMOD = pick(91, 52);
    public static final int STATFS = pick(137, 43);
    public static final int FSTATFS = pick(138, 44);
    public static final int PRCTL = pick(157, 167);
    public static final int MOUNT = pick(165, 40);
    public static final int UMOUNT2 = pick(166, 39);
    public static final int GETTID = pick(186, 178);
    public static final int SETXATTR = pick(188, 5);
    public static final int LSETXATTR = pick(189, 6);
    public static final int FSETXATTR = pick(190, 7);
    public static final int GETXATTR = pick(191, 8);
    public static final int LGETXATTR = pick(192, 9);
    public static final int FGETXATTR = pick(193, 10);
    public static final int LISTXATTR = pick(194, 11);
    public static final int LLISTXATTR = pick(195, 12);
    public static final int FLISTXATTR = pick(196, 13);
    public static final int REMOVEXATTR = pick(197, 14);
    public static final int LREMOVEXATTR = pick(198, 15);
    public static final int FREMOVEXATTR = pick(199, 16);
    public static final int SCHED_GETAFFINITY = pick(204, 123);
    public static final int EPOLL_CTL = pick(233, 21);
    public static final int WAITID = pick(247, 95);
    public static final int KEYCTL = pick(250, 219);
    public static final int INOTIFY_ADD_WATCH = pick(254, 27);
    public static final int INOTIFY_RM_WATCH = pick(255, 28);
    public static final int OPENAT = pick(257, 56);
    public static final int MKDIRAT = pick(258, 34);
    public static final int MKNODAT = pick(259, 33);
    public static final int FCHOWNAT = pick(260, 54);
    public static final int UNLINKAT = pick(263, 35);
    public static final int LINKAT = pick(265, 37);
    public static final int SYMLINKAT = pick(266, 36);
    public static final int READLINKAT = pick(267, 78);
    public static final int FCHMODAT = pick(268, 53);
    public static final int PPOLL = pick(271, 73);
    public static final int UNSHARE = pick(272, 97);
    public static final int UTIMENSAT = pick(280, 88);
    public static final int EPOLL_PWAIT = pick(281, 22);
    public static final int TIMERFD_CREATE = pick(283, 85);
    public static final int TIMERFD_SETTIME = pick(286, 86);
    public static final int ACCEPT4 = pick(288, 242);
    public static final int EVENTFD2 = pick(290, 19);
    public static final int EPOLL_CREATE1 = pick(291, 20);
    public static final int DUP3 = pick(292, 24);
    public static final int PIPE2 = pick(293, 59);
    public static final int INOTIFY_INIT1 = pick(294, 26);
    public static final int PRLIMIT64 = pick(302, 261);
    public static final int SYNCFS = pick(306, 267);
    public static final int SETNS = pick(308, 268);
    public static final int RENAMEAT2 = pick(316, 276);
    public static final int MEMFD_CREATE = pick(319, 279);
    public static final int BPF = pick(321, 280);
    public static final int STATX = pick(332, 291);
    public static final int SETHOSTNAME = pick(170, 161);
    public static final int PIDFD_SEND_SIGNAL = 424;
    public static final int OPEN_TREE = 428;
    public static final int MOVE_MOUNT = 429;
    public static final int FSOPEN = 430;
    public static final int FSCONFIG = 431;
    public static final int FSMOUNT = 432;
    public static final int FSPICK = 433;
    public static final int PIDFD_OPEN = 434;
    public static final int CLOSE_RANGE = 436;
    public static final int OPENAT2 = 437;
    public static final int MOUNT_SETATTR = 442;

    private Nr() {}

    private static boolean isX86() {
        String arch = System.getProperty("os.arch");
        if ("amd64".equals(arch) || "x86_64".equals(arch)) {
            return true;
        }
        if ("aarch64".equals(arch)) {
            return false;
        }
        throw new UnsupportedOperationException("Felucca runs on x86-64 and aarch64, not on " + arch);
    }

    private static int pick(int x86, int arm) {
        return X86_64 ? x86 : arm;
    }
}
