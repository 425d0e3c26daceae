/* felucca-init: takes a plan from the engine and carries it out. */
#include "init.h"
#include "sys.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#define ALL_SEALS (1 | 2 | 4 | 8) /* F_SEAL_SEAL, SHRINK, GROW, WRITE */

static uint64_t now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* What a JVM leaves to its children: blocked and ignored signals, descriptors. */
static int reset(void) {
    uint64_t none[16] = {0};
    struct {
        void *handler;
        unsigned long flags;
        void *restorer;
        unsigned long mask[2];
    } standard = {0};
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, none, NULL, 8);
    for (int signal = 1; signal <= 64; signal++) syscall(SYS_rt_sigaction, signal, &standard, NULL, 8);
    umask(0);
    int r = SYS(NR_close_range, SOCKET_FD + 1, ~0u, 0);
    return r < 0 ? r : SYS(SYS_fcntl, SOCKET_FD, F_SETFD, FD_CLOEXEC);
}

static int run(struct state *s, const struct op *op, struct cursor *c) {
    if (op->code < 32) return run_process(s, op, c);
    if (op->code < 64) return run_mount(s, op, c);
    if (op->code < 96) return run_identity(s, op, c);
    return run_program(s, op, c);
}

/* From s->index and s->next on. */
static int interpret(struct state *s) {
    uint64_t start = now(CLOCK_MONOTONIC);
    for (; s->index < s->count; s->index++) {
        struct op op;
        s->next = plan_next(s->next, &op);
        struct cursor c = {op.payload, op.payload + op.length, false};
        s->code = op.code;
        s->detail[0] = 0;
        /* a time namespace shifts the monotonic clock of the child, and of who joins it */
        uint64_t real = op.code == OP_CLONE || op.code == OP_JOIN ? now(CLOCK_REALTIME) : 0;
        s->began = real;
        int r = run(s, &op, &c);
        if (r < 0) return r;
        uint64_t end = now(CLOCK_MONOTONIC);
        uint64_t took = real ? now(CLOCK_REALTIME) - real : end - start;
        s->nanoseconds[s->index] = took > (uint64_t)1 << 62 ? 0 : took;
        start = end;
    }
    return 0;
}

static int finish(struct state *s, int r) {
    if (r == 0) return 0;
    link_failed(s, r);
    return EXIT_FAILED;
}

/* The child of CLONE, on a stack of its own: goes on after it. */
_Noreturn void go_on(struct state *s, uint64_t cloned) {
    uint64_t took = now(CLOCK_REALTIME) - cloned;
    s->nanoseconds[s->index++] = took > (uint64_t)1 << 62 ? 0 : took;
    _exit(finish(s, interpret(s)));
}

static int map_plan(int fd, struct plan *plan, char *why, size_t size) {
    struct stat st;
    if (fstat(fd, &st) < 0) return -errno;
    int seals = SYS(SYS_fcntl, fd, 1034 /* F_GET_SEALS */);
    if (seals < 0 || (seals & ALL_SEALS) != ALL_SEALS || st.st_size < PLAN_HEADER || st.st_size > MAX_BYTES) {
        snprintf(why, size, "the plan is not a sealed memfd of a sound size");
        return -EINVAL;
    }
    const uint8_t *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED) return -errno;
    return plan_check(bytes, (size_t)st.st_size, plan, why, size);
}

/* Reads a plan from standard input and lists its operations: for tests and for people. */
static int check(void) {
    static uint8_t bytes[MAX_BYTES + 1];
    size_t length = 0;
    char why[128];
    struct plan plan;
    for (;;) {
        int n = SYS(SYS_read, 0, bytes + length, sizeof bytes - length);
        if (n < 0) return EXIT_PROTOCOL;
        if (n == 0) break;
        length += (size_t)n;
    }
    if (plan_check(bytes, length, &plan, why, sizeof why) < 0) {
        fprintf(stderr, "felucca-init: %s\n", why);
        return EXIT_PROTOCOL;
    }
    const uint8_t *at = bytes + PLAN_HEADER;
    for (uint32_t i = 0; i < plan.count; i++) {
        struct op op;
        at = plan_next(at, &op);
        printf("%s %u %u\n", op_name(op.code), op.flags, op.length);
    }
    return fflush(stdout) == 0 ? 0 : EXIT_PROTOCOL;
}

int main(int argc, char **argv) {
    static struct state s = {.socket = SOCKET_FD, .root = -1, .proc = -1, .null_node = -1, .mask_dir = -1};
    if (argc == 2 && strcmp(argv[1], "--check") == 0) return check();
    struct stat st;
    if (argc != 1 || fstat(SOCKET_FD, &st) < 0 || !S_ISSOCK(st.st_mode)) {
        fprintf(stderr, "felucca-init is started by Felucca, with a socket as descriptor 3\n");
        return EXIT_PROTOCOL;
    }
    int r = reset();
    for (unsigned i = 0; i < MAX_SLOTS; i++) s.slots[i] = -1;
    int plan_fd;
    struct plan plan;
    uint32_t ahead;
    while (r == 0 && (r = link_receive_plan(&s, &plan_fd, &ahead)) == 2) r = make_ahead(&s, ahead);
    if (r == 1) return EXIT_ABORTED;
    /* before anything is joined, so that it is the host's */
    if (r == 0) r = open_proc_file(&s, "", 0);
    if (r < 0) detail(&s, "the first messages, namespaces made ahead, or /proc");
    if (r >= 0) r = map_plan(plan_fd, &plan, s.detail, sizeof s.detail);
    if (r < 0) {
        s.index = NO_SLOT;
        link_failed(&s, r);
        return EXIT_PROTOCOL;
    }
    close(plan_fd);
    s.next = plan.bytes + PLAN_HEADER;
    s.count = plan.count;
    return finish(&s, interpret(&s));
}
