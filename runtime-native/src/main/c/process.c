/* Operations on the process itself: birth, namespaces, limits. */
#include "init.h"
#include "sys.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

int slot_fd(struct state *s, uint32_t slot) {
    if (s->slots[slot] >= 0) return s->slots[slot];
    snprintf(s->detail, sizeof s->detail, "no descriptor came for slot %u", slot);
    return -EBADF;
}

static int write_proc(int fd, const char *text) {
    if (fd < 0) return fd;
    int r = write_all(fd, text, strlen(text));
    close(fd);
    return r;
}

static int timens(struct state *s, struct cursor *c) {
    char line[64];
    uint32_t clock = get_u32(c), nanos = get_u32(c);
    long long seconds = (long long)get_u64(c);
    snprintf(line, sizeof line, "%s %lld %u\n", clock == 1 ? "monotonic" : "boottime", seconds, nanos);
    detail(s, "timens_offsets");
    return write_proc(open_self(s, "timens_offsets", O_WRONLY), line);
}

#ifdef __x86_64__
/*
 * clone3 with a stack for the child, which calls f(s, began) there. All registers but rax, rcx and r11 are the child's as they were.
 * The memory is shared, as by vfork: there is no copy to make and none to tear down. The caller does nothing any more but send a message
 * and end, and touches nothing that the child uses; errno is common to both, and read only after a failure.
 */
static int clone_sharing(struct clone_args_ *args, void (*f)(struct state *, uint64_t), struct state *s) {
    long r;
    register void (*go)(struct state *, uint64_t) __asm__("r8") = f;
    register struct state *first __asm__("r9") = s;
    register uint64_t second __asm__("r10") = s->began;
    __asm__ volatile("syscall\n\t"
                     "test %%rax, %%rax\n\t"
                     "jnz 1f\n\t"
                     "xor %%ebp, %%ebp\n\t"
                     "mov %%r9, %%rdi\n\t"
                     "mov %%r10, %%rsi\n\t"
                     "call *%%r8\n\t"
                     "hlt\n"
                     "1:"
                     : "=a"(r)
                     : "a"((long)NR_clone3), "D"(args), "S"(sizeof *args), "r"(go), "r"(first), "r"(second)
                     : "rcx", "r11", "memory");
    return (int)r;
}
#define SHARES_MEMORY 1
#else
static int clone_sharing(struct clone_args_ *args, void (*f)(struct state *, uint64_t), struct state *s) {
    (void)args, (void)f, (void)s;
    return -ENOSYS;
}
#define SHARES_MEMORY 0
#endif

/* The child goes on; the caller reports it and ends. CLONE_PARENT wants an exit signal of 0 (clone3). */
static int clone_op(struct state *s, struct cursor *c) {
    int pidfd = -1;
    uint32_t flags = get_u32(c), group = get_u32(c);
    /* what was made ahead must be wanted as new, or the child would live in what is neither the host's nor its own */
    if (s->ahead & ~flags) return -EINVAL;
    flags &= ~s->ahead;
    struct clone_args_ args = {.flags = flags | CLONE_PARENT | CLONE_PIDFD, .pidfd = (uint64_t)(uintptr_t)&pidfd};
    if (group != NO_SLOT) {
        int fd = slot_fd(s, group);
        if (fd < 0) return fd;
        args.flags |= CLONE_INTO_CGROUP_;
        args.cgroup = (uint64_t)fd;
    }
    int pid;
    /* who shares memory shares the clocks' offsets, which lie in it */
    if (SHARES_MEMORY && !s->other_time) {
        static uint8_t stack[256 << 10] __attribute__((aligned(16)));
        args.flags |= CLONE_VM;
        args.stack = (uint64_t)(uintptr_t)stack;
        args.stack_size = sizeof stack;
        pid = clone_sharing(&args, go_on, s);
    } else {
        pid = SYS(NR_clone3, &args, sizeof args);
    }
    if (pid <= 0) return pid;
    uint32_t born[2] = {MSG_BORN, (uint32_t)pid};
    int r = link_try_send(s->socket, born, sizeof born, pidfd);
    if (r == 0) _exit(0);
    /* an unreported child must not live */
    syscall(SYS_pidfd_send_signal, pidfd, 9, NULL, 0);
    if (r == -EPIPE || r == -ECONNRESET) _exit(EXIT_ABORTED);
    return r;
}

static int send_namespace(struct state *s, struct cursor *c) {
    static const struct {
        uint32_t type;
        const char *name;
    } names[] = {{CLONE_NEWNS, "ns/mnt"},   {CLONE_NEWCGROUP, "ns/cgroup"}, {CLONE_NEWUTS, "ns/uts"},
                 {CLONE_NEWIPC, "ns/ipc"},  {CLONE_NEWUSER, "ns/user"},     {CLONE_NEWPID, "ns/pid"},
                 {CLONE_NEWNET, "ns/net"},  {CLONE_NEWTIME, "ns/time"}};
    uint32_t type = get_u32(c);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].type != type) continue;
        detail(s, names[i].name);
        int fd = open_self_link(s, names[i].name, O_RDONLY);
        if (fd < 0) return fd;
        uint32_t message[3] = {MSG_DESCRIPTOR, FD_NAMESPACE, type};
        int r = link_send(s, message, sizeof message, fd);
        close(fd);
        return r;
    }
    return -EINVAL;
}

static int scheduler(struct cursor *c) {
    struct {
        uint32_t size, policy;
        uint64_t flags;
        uint32_t nice, priority;
        uint64_t runtime, deadline, period;
    } a = {.size = sizeof a};
    a.policy = get_u32(c);
    a.nice = get_u32(c);
    a.priority = get_u32(c);
    a.flags = get_u64(c);
    a.runtime = get_u64(c);
    a.deadline = get_u64(c);
    a.period = get_u64(c);
    return SYS(SYS_sched_setattr, 0, &a, 0);
}

static int death_signal(struct state *s, struct cursor *c) {
    int r = SYS(SYS_prctl, PR_SET_PDEATHSIG, (unsigned long)get_u32(c), 0, 0, 0);
    /* died before that: the signal will never come. In a PID namespace getppid() tells nothing; the socket does. */
    if (r >= 0 && link_is_closed(s)) _exit(EXIT_ABORTED);
    return r;
}

static int oom_score_adj(struct state *s, struct cursor *c) {
    char text[16];
    snprintf(text, sizeof text, "%d", (int)get_u32(c));
    detail(s, "oom_score_adj");
    return write_proc(open_self(s, "oom_score_adj", O_WRONLY), text);
}

/* A new network namespace has its loopback down. */
static int loopback(struct state *s) {
    struct ifreq request = {.ifr_name = "lo"};
    int socket = SYS(SYS_socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return socket;
    detail(s, "lo");
    int r = SYS(SYS_ioctl, socket, SIOCGIFFLAGS, &request);
    bool up = request.ifr_flags & IFF_UP;
    request.ifr_flags = (short)(request.ifr_flags | IFF_UP);
    if (r >= 0 && !up) r = SYS(SYS_ioctl, socket, SIOCSIFFLAGS, &request);
    close(socket);
    return r;
}

/* So that a birth need not wait for them. Once, and only what holds nothing that may be out of date when the plan comes. */
int make_ahead(struct state *s, uint32_t types) {
    if (s->ahead || !types || (types & ~(uint32_t)(CLONE_NEWNET | CLONE_NEWIPC))) return -EBADMSG;
    int r = SYS(SYS_unshare, types);
    if (r >= 0 && (types & CLONE_NEWNET)) r = loopback(s);
    s->ahead = types;
    return r < 0 ? r : 0;
}

static int sysctl_op(struct state *s, struct cursor *c) {
    char path[MAX_SYSCTL + 8];
    const char *name = get_string(c), *value = get_string(c);
    detail(s, name);
    snprintf(path, sizeof path, "sys/%s", name);
    return write_proc(open_proc_file(s, path, O_WRONLY), value);
}

int run_process(struct state *s, const struct op *op, struct cursor *c) {
    uint32_t v, n;
    const char *text;
    const uint8_t *bytes;
    uint64_t limit[2];
    int fd;
    switch (op->code) {
    case OP_JOIN:
        v = get_u32(c);
        fd = slot_fd(s, get_u32(c));
        if (fd < 0) return fd;
        if (v == CLONE_NEWTIME) s->other_time = true;
        /* what is known of the root so far belongs to the mount namespace that is left */
        if (v == CLONE_NEWNS) s->root = s->null_node = s->mask_dir = -1;
        return SYS(SYS_setns, fd, v);
    case OP_UNSHARE:
        v = get_u32(c);
        if (v & CLONE_NEWTIME) s->other_time = true;
        return SYS(SYS_unshare, v);
    case OP_TIMENS: return timens(s, c);
    case OP_CLONE: return clone_op(s, c);
    case OP_BARRIER: return link_barrier(s, get_u32(c));
    case OP_WRITE_FD:
        fd = slot_fd(s, get_u32(c));
        bytes = get_bytes(c, &n);
        return fd < 0 ? fd : write_all(fd, bytes, n);
    case OP_NAMESPACE: return send_namespace(s, c);
    case OP_PDEATHSIG: return death_signal(s, c);
    case OP_SETSID: return SYS(SYS_setsid);
    case OP_KEYRING: return SYS(SYS_keyctl, 1 /* KEYCTL_JOIN_SESSION_KEYRING */, get_string(c));
    case OP_DUMPABLE: return SYS(SYS_prctl, PR_SET_DUMPABLE, (unsigned long)get_u32(c), 0, 0, 0);
    case OP_UMASK: return SYS(SYS_umask, get_u32(c)) < 0 ? -EINVAL : 0;
    case OP_RLIMIT:
        v = get_u32(c);
        limit[0] = get_u64(c);
        limit[1] = get_u64(c);
        return SYS(SYS_prlimit64, 0, v, limit, NULL);
    case OP_OOM_SCORE_ADJ: return oom_score_adj(s, c);
    case OP_PERSONALITY: return SYS(SYS_personality, (unsigned long)get_u32(c));
    case OP_SCHEDULER: return scheduler(c);
    case OP_IOPRIO: return SYS(SYS_ioprio_set, 1 /* IOPRIO_WHO_PROCESS */, 0, get_u32(c));
    case OP_HOSTNAME:
        text = get_string(c);
        return SYS(SYS_sethostname, text, strlen(text));
    case OP_DOMAINNAME:
        text = get_string(c);
        return SYS(SYS_setdomainname, text, strlen(text));
    case OP_SYSCTL: return sysctl_op(s, c);
    case OP_LOOPBACK: return loopback(s);
    default: return -ENOSYS;
    }
}
