/* Operations that set the stage for the program and start it. */
#include "init.h"
#include "sys.h"

#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#define TIOCGPTPEER_ 0x5441

static int stdio_from(int fd) {
    for (int n = 0; n < 3; n++) {
        int r = SYS(SYS_dup3, fd, n, 0);
        if (r < 0) return r;
    }
    return 0;
}

static int bind_console(struct state *s, int peer) {
    int target = open_target(s, "/dev/console", F_CREATE_FILE | F_NO_LINKS);
    if (target < 0) return target;
    int m = SYS(NR_open_tree, peer, "", TREE_CLONE | AT_EMPTY_PATH | (unsigned)O_CLOEXEC);
    int r = m < 0 ? m : SYS(NR_move_mount, m, "", target, "", MOVE_F_EMPTY | MOVE_T_EMPTY);
    if (m >= 0) close(m);
    close(target);
    return r;
}

/* The other end is opened through the master (TIOCGPTPEER), not by a name that someone could have replaced. */
static int terminal(struct state *s, const struct op *op, struct cursor *c) {
    struct winsize size = {0};
    struct statfs fs;
    int zero = 0;
    size.ws_row = (unsigned short)get_u32(c);
    size.ws_col = (unsigned short)get_u32(c);
    uint32_t uid = get_u32(c), gid = get_u32(c);
    detail(s, "/dev/pts/ptmx");
    int path_only = open_in_root(s, "/dev/pts/ptmx", O_PATH, RESOLVE_NO_SYMLINKS_);
    if (path_only < 0) return path_only;
    if (fstatfs(path_only, &fs) < 0) return -errno;
    int r = fs.f_type != MAGIC_DEVPTS ? -EXDEV : verify_char(path_only, 5, 2);
    int master = r < 0 ? r : reopen(s, path_only, O_RDWR | O_NOCTTY);
    close(path_only);
    if (master < 0) return master;
    r = SYS(SYS_ioctl, master, TIOCSPTLCK, &zero);
    if (r < 0) return r;
    int peer = SYS(SYS_ioctl, master, TIOCGPTPEER_, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (peer < 0) return peer;
    r = SYS(SYS_ioctl, master, TIOCSWINSZ, &size);
    if (r >= 0) r = SYS(SYS_fchown, peer, uid, gid);
    if (r >= 0) r = SYS(SYS_ioctl, peer, TIOCSCTTY, 0);
    if (r >= 0 && (op->flags & F_CONSOLE)) {
        detail(s, "/dev/console");
        r = bind_console(s, peer);
    }
    if (r >= 0) r = stdio_from(peer);
    if (r >= 0) {
        uint32_t message[3] = {MSG_DESCRIPTOR, FD_CONSOLE, 0};
        r = link_send(s, message, sizeof message, master);
    }
    close(peer);
    close(master);
    return r;
}

static int own_stdio(struct cursor *c) {
    uint32_t uid = get_u32(c);
    for (int fd = 0; fd < 3; fd++) {
        struct stat st;
        if (fstat(fd, &st) < 0) {
            if (errno == EBADF) continue;
            return -errno;
        }
        bool terminal_device = S_ISCHR(st.st_mode) && major(st.st_rdev) == 136;
        if (!S_ISFIFO(st.st_mode) && !S_ISSOCK(st.st_mode) && !terminal_device) continue;
        if (st.st_uid == uid) continue;
        int r = SYS(SYS_fchown, fd, uid, -1);
        if (r < 0) return r;
    }
    return 0;
}

static int chdir_op(struct state *s, const struct op *op, struct cursor *c) {
    char where[4096];
    const char *path = get_string(c);
    if ((op->flags & F_UNLESS_DONE) && s->cwd_done) return 0;
    detail(s, path);
    int r = SYS(SYS_chdir, path);
    if ((r == -EACCES || r == -EPERM) && (op->flags & F_DENIED_OK)) return 0;
    if (r < 0) return r;
    /* The raw call: a directory outside the root comes out as "(unreachable)...". */
    r = SYS(SYS_getcwd, where, sizeof where);
    if (r < 0) return r;
    if (where[0] != '/') return -EXDEV;
    s->cwd_done = true;
    return 0;
}

/* argv or envp: pointers into the plan; the one allocation of the interpreter. */
static char **vector(struct cursor *c, char **at) {
    uint32_t n = get_u32(c);
    for (uint32_t i = 0; i < n; i++) *at++ = (char *)(uintptr_t)get_string(c);
    *at++ = NULL;
    return at;
}

static int exec_op(struct state *s, const struct op *op, struct cursor *c) {
    /* a string takes at least 8 bytes of the payload, so there is room for all and both ends */
    size_t bytes = (op->length / 8 + 4) * sizeof(char *);
    char **argv = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (argv == MAP_FAILED) return -errno;
    char **envp = vector(c, argv);
    vector(c, envp);
    int r = close_others(s);
    if (r < 0) return r;
    uint32_t candidates = get_u32(c), message[2 + 2 * MAX_OPS] = {MSG_EXECUTING, s->count};
    memcpy(message + 2, s->nanoseconds, s->count * sizeof(uint64_t));
    r = link_send(s, message, 8 + s->count * sizeof(uint64_t), -1);
    if (r < 0) return r;
    int result = -ENOENT;
    for (uint32_t i = 0; i < candidates; i++) {
        const char *file = get_string(c);
        r = SYS(SYS_execve, file, argv, envp);
        bool missing = r == -ENOENT || r == -ENOTDIR || r == -ESTALE || r == -ENODEV;
        if (missing && result == -EACCES) continue;
        detail(s, missing && candidates > 1 ? argv[0] : file);
        /* execve(2) says EACCES of a directory as well; a single candidate is a program given by its path */
        if (r == -EACCES && candidates == 1 && SYS(SYS_openat, AT_FDCWD, file, O_PATH | O_DIRECTORY | O_CLOEXEC, 0) >= 0)
            return -EISDIR;
        if (r == -EACCES) result = r;
        else if (!missing) return r;
    }
    return result;
}

/*
 * Closed, not only marked: a path of the image such as /proc/self/fd/9, given as program or interpreter, is opened before
 * execve(2) closes what is close-on-exec, and would lead to the host's procfs.
 */
int close_others(struct state *s) {
    if (s->closed) return 0;
    s->closed = true;
    s->root = s->proc = s->null_node = s->mask_dir = -1;
    for (unsigned i = 0; i < MAX_SLOTS; i++) s->slots[i] = -1;
    return SYS(NR_close_range, SOCKET_FD + 1, ~0u, 0);
}

int run_program(struct state *s, const struct op *op, struct cursor *c) {
    uint32_t n;
    int fd;
    switch (op->code) {
    case OP_TERMINAL: return terminal(s, op, c);
    case OP_USE_FD:
        fd = slot_fd(s, get_u32(c));
        n = get_u32(c);
        if (fd < 0) return fd;
        return (uint32_t)fd == n ? SYS(SYS_fcntl, fd, F_SETFD, 0) : SYS(SYS_dup3, fd, n, 0);
    case OP_OWN_STDIO: return own_stdio(c);
    case OP_CHDIR: return chdir_op(s, op, c);
    case OP_CLOSE_OTHERS: return close_others(s);
    case OP_EXEC: return exec_op(s, op, c);
    default: return -ENOSYS;
    }
}
