/* felucca-init: interprets an init plan. PROTOCOL.md specifies the plan and the handshake. */
#ifndef FELUCCA_INIT_H
#define FELUCCA_INIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLAN_MAGIC 0x4e4c5046u
#define PLAN_VERSION 1u
#define PLAN_HEADER 16u
#define MAX_OPS 4096u
#define MAX_BYTES (8u << 20)
#define OP_HEADER 8u
#define MAX_SLOTS 1024u
#define MAX_SYSCTL 500u /* length of a name */
#define MAX_BARRIER 4u
#define MAX_FILTER 4096u
#define MAX_GROUPS 65536u
#define NO_SLOT 0xffffffffu
#define FDS_PER_MESSAGE 253u
#define SOCKET_FD 3

/* Exit statuses; 0: the bootstrap handed over, or a plan without EXEC came to its end. */
#define EXIT_ABORTED 120 /* end of file on the socket: the engine is gone or gave up */
#define EXIT_FAILED 121  /* an operation failed, and FAILED was sent */
#define EXIT_PROTOCOL 122 /* what came is no valid plan or message */

#define OPS(X)                                                                                     \
    X(JOIN, 1) X(UNSHARE, 2) X(TIMENS, 3) X(CLONE, 4) X(BARRIER, 5) X(WRITE_FD, 6)                  \
    X(NAMESPACE, 7) X(PDEATHSIG, 8) X(SETSID, 9) X(KEYRING, 10) X(DUMPABLE, 11) X(UMASK, 12)        \
    X(RLIMIT, 13) X(OOM_SCORE_ADJ, 14) X(PERSONALITY, 15) X(SCHEDULER, 16) X(IOPRIO, 17)            \
    X(HOSTNAME, 18) X(DOMAINNAME, 19) X(SYSCTL, 20) X(LOOPBACK, 21) X(ROOT, 32) X(MOUNT_FS, 33) X(BIND, 34)         \
    X(MOUNT_SET, 35) X(MKDIR, 36) X(MKNOD, 37) X(SYMLINK, 38) X(MASK, 39) X(READONLY, 40)           \
    X(PIVOT, 41) X(OWN, 42) X(SETGROUPS, 64) X(SETGID, 65) X(SETUID, 66) X(KEEPCAPS, 67)            \
    X(BOUNDING, 68) X(CAPS, 69) X(NO_NEW_PRIVS, 70) X(SECCOMP, 71) X(LSM_EXEC_LABEL, 72)            \
    X(TERMINAL, 96) X(USE_FD, 97) X(OWN_STDIO, 98) X(CHDIR, 99) X(CLOSE_OTHERS, 100) X(EXEC, 101)

enum op_code {
#define X(name, number) OP_##name = number,
    OPS(X)
#undef X
};

enum op_flag {
    F_CREATE_DIRECTORY = 1,
    F_CREATE_FILE = 1 << 1,
    F_NO_LINKS = 1 << 2,
    F_RECURSIVE = 1 << 3,
    F_EXISTING_OK = 1 << 4,
    F_MISSING_OK = 1 << 5,
    F_DENIED_OK = 1 << 6,
    F_UNLESS_DONE = 1 << 7,
    F_CONSOLE = 1 << 8,
};

enum message {
    MSG_PLAN = 1,
    MSG_SLOTS = 2,
    MSG_RELEASE = 3,
    MSG_NAMESPACES = 4,
    MSG_BORN = 16,
    MSG_AT_BARRIER = 17,
    MSG_DESCRIPTOR = 18,
    MSG_EXECUTING = 19,
    MSG_FAILED = 20,
};

enum descriptor_kind { FD_CONSOLE = 1, FD_NAMESPACE = 2, FD_SECCOMP = 3 };

/* A position in an operation's payload; after plan_check no read can fail. */
struct cursor {
    const uint8_t *at, *end;
    bool bad;
};

struct op {
    uint16_t code, flags;
    const uint8_t *payload;
    uint32_t length;
};

struct plan {
    const uint8_t *bytes;
    uint32_t length, count;
};

/* plan.c: the format. plan_check accepts a plan only if nothing in it can lead the interpreter astray. */
int plan_check(const uint8_t *bytes, size_t length, struct plan *plan, char *why, size_t size);
const uint8_t *plan_next(const uint8_t *at, struct op *op);
const char *op_name(uint32_t code);
uint32_t get_u32(struct cursor *c);
uint64_t get_u64(struct cursor *c);
const uint8_t *get_bytes(struct cursor *c, uint32_t *length);
const char *get_string(struct cursor *c);

/* What the interpreter knows while it runs. */
struct state {
    int socket;       /* -1 after the program's start */
    int root;         /* directory of the container's root, -1 until it is needed */
    int proc;         /* the host's procfs, verified */
    int null_node;    /* /dev/null of the container, verified, -1 until it is needed */
    int mask_dir;     /* an attached empty read-only tmpfs, -1 until it is needed */
    bool cwd_done, closed; /* closed: nothing but the socket and stdio is left */
    const uint8_t *next; /* operation of the plan */
    uint64_t began;      /* of a CLONE or JOIN, CLOCK_REALTIME */
    bool other_time;     /* children live in another time namespace */
    uint32_t index, count, code;
    uint32_t ahead;   /* CLONE_NEW* bits of the namespaces that were made before the plan came */
    int slots[MAX_SLOTS];
    uint64_t nanoseconds[MAX_OPS];
    char detail[512]; /* what the operation was about when it failed */
};

_Noreturn void go_on(struct state *s, uint64_t cloned);

/* Each runs one operation: 0, or a negative errno. */
int run_process(struct state *s, const struct op *op, struct cursor *c);
int run_mount(struct state *s, const struct op *op, struct cursor *c);
int run_identity(struct state *s, const struct op *op, struct cursor *c);
int run_program(struct state *s, const struct op *op, struct cursor *c);
int slot_fd(struct state *s, uint32_t slot);
int close_others(struct state *s);
int make_ahead(struct state *s, uint32_t types);
void detail(struct state *s, const char *text);

/* link.c: the socket to the engine. */
int link_receive_plan(struct state *s, int *plan_fd, uint32_t *ahead);
int link_barrier(struct state *s, uint32_t barrier);
int link_send(struct state *s, const void *data, size_t length, int fd);
int link_try_send(int socket, const void *data, size_t length, int fd);
bool link_is_closed(struct state *s);
void link_failed(struct state *s, int error);

/* path.c: files inside the root, and procfs. All return a descriptor or 0, or a negative errno. */
int root_fd(struct state *s);
int open_in_root(struct state *s, const char *path, uint64_t flags, uint64_t resolve);
int open_target(struct state *s, const char *path, uint16_t flags);
int open_parent(struct state *s, const char *path, const char **leaf);
int open_proc_file(struct state *s, const char *path, int flags);
int open_self(struct state *s, const char *path, int flags);
int open_self_link(struct state *s, const char *path, int flags);
int reopen(struct state *s, int fd, int flags);
int write_all(int fd, const void *data, size_t length);
int verify_char(int fd, unsigned major, unsigned minor);

#endif
