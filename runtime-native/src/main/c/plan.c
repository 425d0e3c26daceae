/* The plan's format: a strict check before anything runs, and the readers that rely on it. */
#include "init.h"
#include "sys.h"

#include <stdio.h>
#include <string.h>

uint32_t get_u32(struct cursor *c) {
    uint32_t v = 0;
    if ((size_t)(c->end - c->at) < sizeof v) {
        c->bad = true;
        return 0;
    }
    memcpy(&v, c->at, sizeof v);
    c->at += sizeof v;
    return v;
}

uint64_t get_u64(struct cursor *c) {
    uint64_t low = get_u32(c);
    return low | (uint64_t)get_u32(c) << 32;
}

const uint8_t *get_bytes(struct cursor *c, uint32_t *length) {
    uint32_t n = get_u32(c);
    size_t left = (size_t)(c->end - c->at);
    size_t padded = ((size_t)n + 3) & ~(size_t)3;
    bool zeros = !c->bad && padded <= left;
    for (size_t i = n; zeros && i < padded; i++) zeros = c->at[i] == 0;
    if (!zeros) {
        c->bad = true;
        *length = 0;
        return c->end;
    }
    const uint8_t *bytes = c->at;
    c->at += padded;
    *length = n;
    return bytes;
}

const char *get_string(struct cursor *c) {
    uint32_t n;
    const uint8_t *bytes = get_bytes(c, &n);
    /* exactly one NUL, at the end */
    if (c->bad || n == 0 || memchr(bytes, 0, n) != bytes + n - 1) {
        c->bad = true;
        return "";
    }
    return (const char *)bytes;
}

static void plan_op(const uint8_t *at, struct op *op) {
    memcpy(&op->code, at, 2);
    memcpy(&op->flags, at + 2, 2);
    memcpy(&op->length, at + 4, 4);
    op->payload = at + OP_HEADER;
}

const uint8_t *plan_next(const uint8_t *at, struct op *op) {
    plan_op(at, op);
    return op->payload + op->length;
}

const char *op_name(uint32_t code) {
    switch (code) {
#define X(name, number) \
    case number: return #name;
        OPS(X)
#undef X
    default: return NULL;
    }
}

/* An absolute path without ".." and with components and length that the kernel takes. */
static bool path_ok(const char *p) {
    if (p[0] != '/' || strlen(p) >= 4096) return false;
    while (*p) {
        while (*p == '/') p++;
        size_t n = strcspn(p, "/");
        if (n > 255 || (n == 2 && p[0] == '.' && p[1] == '.')) return false;
        p += n;
    }
    return true;
}

static bool one_namespace(uint32_t f) {
    return (f & ~ALL_NAMESPACES) == 0 && f != 0 && (f & (f - 1)) == 0;
}

static bool propagation_ok(uint32_t p) {
    return p == 0 || p == MS_PRIVATE || p == MS_SLAVE || p == MS_SHARED || p == MS_UNBINDABLE;
}

/* Below /proc/sys. */
static bool relative_ok(const char *p) {
    char absolute[MAX_SYSCTL + 2] = "/";
    size_t n = strlen(p);
    if (n == 0 || n > MAX_SYSCTL || *p == '/') return false;
    memcpy(absolute + 1, p, n + 1);
    return path_ok(absolute);
}

static void strings(struct cursor *c, bool some) {
    uint32_t n = get_u32(c);
    if (some && n == 0) c->bad = true;
    for (uint32_t i = 0; i < n && !c->bad; i++) get_string(c);
}

/* What an earlier operation has made possible. */
struct progress {
    bool own_mounts, root, attached, cloned, closed;
};

#define NEED(condition)            \
    do {                           \
        if (!(condition)) c->bad = true; \
    } while (0)

/* not after CLOSE_OTHERS, which closes them */
static void slot(struct cursor *c, const struct progress *p) { NEED(get_u32(c) < MAX_SLOTS && !p->closed); }
static void path(struct cursor *c) { NEED(path_ok(get_string(c))); }

static void check_process(struct cursor *c, const struct op *op, struct progress *p) {
    uint32_t v;
    switch (op->code) {
    case OP_JOIN:
        v = get_u32(c);
        NEED(one_namespace(v));
        slot(c, p);
        if (v == CLONE_NEWNS) p->own_mounts = p->root = true;
        break;
    case OP_UNSHARE:
        v = get_u32(c);
        NEED(v != 0 && (v & ~ALL_NAMESPACES) == 0);
        if (v & CLONE_NEWNS) p->own_mounts = true;
        break;
    case OP_TIMENS:
        v = get_u32(c);
        NEED(v == 1 || v == 7);
        NEED(get_u32(c) < 1000000000u && !p->closed);
        get_u64(c);
        break;
    case OP_CLONE:
        v = get_u32(c);
        NEED((v & ~ALL_NAMESPACES) == 0 && !p->cloned);
        if (v & CLONE_NEWNS) p->own_mounts = true;
        p->cloned = true;
        v = get_u32(c);
        NEED(v == NO_SLOT || (v < MAX_SLOTS && !p->closed));
        break;
    case OP_WRITE_FD:
        slot(c, p);
        get_bytes(c, &v);
        break;
    case OP_BARRIER:
        v = get_u32(c);
        NEED(v >= 1 && v <= MAX_BARRIER);
        break;
    case OP_NAMESPACE: NEED(one_namespace(get_u32(c)) && !p->closed); break;
    case OP_PDEATHSIG:
        v = get_u32(c);
        NEED(v >= 1 && v <= 64);
        break;
    case OP_SETSID:
    case OP_LOOPBACK: break;
    case OP_KEYRING:
    case OP_HOSTNAME:
    case OP_DOMAINNAME: get_string(c); break;
    case OP_SYSCTL:
        NEED(relative_ok(get_string(c)) && !p->closed);
        get_string(c);
        break;
    case OP_DUMPABLE: NEED(get_u32(c) <= 1); break;
    case OP_UMASK: NEED(get_u32(c) <= 0777); break;
    case OP_RLIMIT:
        NEED(get_u32(c) < 32);
        get_u64(c);
        get_u64(c);
        break;
    case OP_SCHEDULER:
        for (int i = 0; i < 3; i++) get_u32(c);
        for (int i = 0; i < 4; i++) get_u64(c);
        break;
    case OP_OOM_SCORE_ADJ:
        get_u32(c);
        NEED(!p->closed);
        break;
    default: get_u32(c); /* PERSONALITY, IOPRIO: the kernel judges the value */
    }
}

static void check_mount(struct cursor *c, const struct op *op, struct progress *p) {
    uint32_t v;
    if (op->code == OP_ROOT) {
        slot(c, p);
        v = get_u32(c);
        NEED(v == MS_PRIVATE || v == MS_SLAVE);
        /* never on the host's own mount table */
        NEED(p->own_mounts);
        p->root = p->attached = true;
        return;
    }
    NEED(p->root && !p->closed);
    switch (op->code) {
    case OP_MOUNT_FS:
        get_u32(c);
        get_string(c);
        get_string(c);
        path(c);
        strings(c, false);
        break;
    case OP_BIND:
        slot(c, p);
        NEED(propagation_ok(get_u32(c)));
        get_u64(c);
        get_u64(c);
        path(c);
        break;
    case OP_MOUNT_SET:
        NEED(propagation_ok(get_u32(c)));
        get_u64(c);
        get_u64(c);
        path(c);
        break;
    case OP_MKDIR:
    case OP_OWN:
        for (int i = 0; i < 3; i++) get_u32(c);
        path(c);
        break;
    case OP_MKNOD:
        for (int i = 0; i < 5; i++) get_u32(c);
        path(c);
        break;
    case OP_SYMLINK:
        get_string(c);
        path(c);
        break;
    case OP_PIVOT:
        NEED(p->attached);
        p->attached = false;
        break;
    default: path(c); /* MASK, READONLY */
    }
    if ((op->flags & F_CREATE_DIRECTORY) && (op->flags & F_CREATE_FILE)) c->bad = true;
}

static void check_identity(struct cursor *c, const struct op *op, const struct progress *p) {
    uint32_t v;
    switch (op->code) {
    case OP_SETGROUPS:
        v = get_u32(c);
        NEED(v <= MAX_GROUPS);
        for (uint32_t i = 0; i < v && !c->bad; i++) get_u32(c);
        break;
    case OP_KEEPCAPS: NEED(get_u32(c) <= 1); break;
    case OP_BOUNDING: get_u64(c); break;
    case OP_CAPS:
        for (int i = 0; i < 4; i++) get_u64(c);
        break;
    case OP_NO_NEW_PRIVS: break;
    case OP_SECCOMP:
        get_u32(c);
        get_bytes(c, &v);
        NEED(v != 0 && v % 8 == 0 && v / 8 <= MAX_FILTER);
        break;
    case OP_LSM_EXEC_LABEL:
        v = get_u32(c);
        NEED((v == 1 || v == 2) && !p->closed);
        get_string(c);
        break;
    default: get_u32(c); /* SETGID, SETUID */
    }
}

static void check_program(struct cursor *c, const struct op *op, struct progress *p) {
    uint32_t v;
    switch (op->code) {
    case OP_TERMINAL:
        for (int i = 0; i < 2; i++) NEED(get_u32(c) <= 0xffff);
        get_u32(c);
        get_u32(c);
        NEED(p->root && !p->closed);
        break;
    case OP_USE_FD:
        slot(c, p);
        v = get_u32(c);
        NEED(v <= 2);
        break;
    case OP_OWN_STDIO: get_u32(c); break;
    case OP_CHDIR: path(c); break;
    case OP_CLOSE_OTHERS: p->closed = true; break;
    case OP_EXEC:
        strings(c, true);
        strings(c, false);
        strings(c, true);
        break;
    default: c->bad = true;
    }
}

static uint16_t known_flags(uint16_t code) {
    switch (code) {
    case OP_MOUNT_FS: return F_CREATE_DIRECTORY | F_CREATE_FILE | F_NO_LINKS;
    case OP_BIND: return F_CREATE_DIRECTORY | F_CREATE_FILE | F_NO_LINKS | F_RECURSIVE;
    case OP_MOUNT_SET: return F_RECURSIVE;
    case OP_MKDIR:
    case OP_SYMLINK: return F_EXISTING_OK;
    case OP_MASK:
    case OP_READONLY: return F_MISSING_OK;
    case OP_TERMINAL: return F_CONSOLE;
    case OP_CHDIR: return F_DENIED_OK | F_UNLESS_DONE;
    default: return 0;
    }
}

int plan_check(const uint8_t *bytes, size_t length, struct plan *plan, char *why, size_t size) {
    struct cursor header = {bytes, bytes + length, false};
    if (length < PLAN_HEADER || length > MAX_BYTES || get_u32(&header) != PLAN_MAGIC ||
        get_u32(&header) != PLAN_VERSION || get_u32(&header) != length) {
        snprintf(why, size, "not a plan of version %u", PLAN_VERSION);
        return -EINVAL;
    }
    uint32_t count = get_u32(&header);
    if (count > MAX_OPS) {
        snprintf(why, size, "%u operations, at most %u", count, MAX_OPS);
        return -EINVAL;
    }
    struct progress progress = {0};
    const uint8_t *at = header.at;
    for (uint32_t i = 0; i < count; i++) {
        struct op op;
        size_t left = (size_t)(bytes + length - at);
        if (left >= OP_HEADER) plan_op(at, &op);
        if (left < OP_HEADER || op.length > left - OP_HEADER || op.length % 4 != 0) {
            snprintf(why, size, "operation %u is cut off", i);
            return -EINVAL;
        }
        struct cursor c = {op.payload, op.payload + op.length, false};
        if (op_name(op.code) == NULL || (op.flags & ~known_flags(op.code)) != 0) {
            snprintf(why, size, "operation %u: unknown code %u or flags 0x%x", i, op.code, op.flags);
            return -EINVAL;
        }
        if (op.code < 32) check_process(&c, &op, &progress);
        else if (op.code < 64) check_mount(&c, &op, &progress);
        else if (op.code < 96) check_identity(&c, &op, &progress);
        else check_program(&c, &op, &progress);
        if (c.bad || c.at != c.end || (op.code == OP_EXEC && i != count - 1)) {
            snprintf(why, size, "operation %u (%s) is malformed or out of place", i, op_name(op.code));
            return -EINVAL;
        }
        at = c.end;
    }
    if (at != bytes + length) {
        snprintf(why, size, "bytes after the last operation");
        return -EINVAL;
    }
    *plan = (struct plan){bytes, (uint32_t)length, count};
    return 0;
}
