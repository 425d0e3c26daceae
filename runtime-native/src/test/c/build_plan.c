#include "build_plan.h"

#include "sys.h"

#include <assert.h>
#include <string.h>

#define X(name, number) number,
const uint16_t all_codes[] = {OPS(X)};
#undef X
const size_t all_codes_count = sizeof all_codes / sizeof *all_codes;

static void put(struct builder *b, const void *data, size_t n) {
    assert(b->length + n <= sizeof b->bytes);
    if (n > 0) memcpy(b->bytes + b->length, data, n);
    b->length += n;
    if (b->op == 0) return;
    uint32_t payload = (uint32_t)(b->length - b->op - OP_HEADER);
    memcpy(b->bytes + b->op + 4, &payload, 4);
}

static void put_u16(struct builder *b, uint16_t value) { put(b, &value, 2); }
void put_u32(struct builder *b, uint32_t value) { put(b, &value, 4); }
void put_u64(struct builder *b, uint64_t value) { put(b, &value, 8); }

void plan_begin(struct builder *b) {
    b->length = b->op = 0;
    b->count = 0;
    put_u32(b, PLAN_MAGIC);
    put_u32(b, PLAN_VERSION);
    put_u32(b, 0);
    put_u32(b, 0);
}

void plan_end(struct builder *b) {
    uint32_t length = (uint32_t)b->length;
    memcpy(b->bytes + 8, &length, 4);
    memcpy(b->bytes + 12, &b->count, 4);
}

void put_op(struct builder *b, uint16_t code, uint16_t flags) {
    b->op = 0;
    size_t at = b->length;
    put_u16(b, code);
    put_u16(b, flags);
    put_u32(b, 0);
    b->op = at;
    b->count++;
}

void put_bytes(struct builder *b, const void *bytes, uint32_t length) {
    static const uint8_t zeros[4];
    put_u32(b, length);
    put(b, bytes, length);
    put(b, zeros, (4 - length % 4) % 4);
}

void put_string(struct builder *b, const char *text) { put_bytes(b, text, (uint32_t)strlen(text) + 1); }

void put_strings(struct builder *b, uint32_t n, const char *text) {
    put_u32(b, n);
    for (uint32_t i = 0; i < n; i++) put_string(b, text);
}

static void put_words(struct builder *b, int n) {
    for (int i = 0; i < n; i++) put_u32(b, 0);
}

static void put_longs(struct builder *b, int n) {
    for (int i = 0; i < n; i++) put_u64(b, 0x123456789abcdefull);
}

void put_good(struct builder *b, uint16_t code) {
    static const uint8_t filter[16];
    switch (code) {
    case OP_JOIN: put_u32(b, CLONE_NEWNET); put_u32(b, 0); break;
    case OP_UNSHARE: put_u32(b, CLONE_NEWUTS | CLONE_NEWTIME); break;
    case OP_TIMENS: put_u32(b, 7); put_u32(b, 999999999); put_u64(b, (uint64_t)-5); break;
    case OP_CLONE: put_u32(b, CLONE_NEWNS | CLONE_NEWPID); put_u32(b, NO_SLOT); break;
    case OP_BARRIER: put_u32(b, 4); break;
    case OP_WRITE_FD: put_u32(b, MAX_SLOTS - 1); put_bytes(b, "0\n1", 3); break;
    case OP_NAMESPACE: put_u32(b, CLONE_NEWPID); break;
    case OP_PDEATHSIG: put_u32(b, 9); break;
    case OP_KEYRING: case OP_HOSTNAME: case OP_DOMAINNAME: put_string(b, "name"); break;
    case OP_DUMPABLE: case OP_KEEPCAPS: put_u32(b, 1); break;
    case OP_UMASK: put_u32(b, 0777); break;
    case OP_RLIMIT: put_u32(b, 7); put_longs(b, 2); break;
    case OP_SCHEDULER: put_words(b, 3); put_longs(b, 4); break;
    case OP_OOM_SCORE_ADJ: case OP_PERSONALITY: case OP_IOPRIO: case OP_SETGID: case OP_SETUID: case OP_OWN_STDIO:
        put_u32(b, (uint32_t)-7);
        break;
    case OP_SYSCTL: put_string(b, "net/ipv4/ip_forward"); put_string(b, "1"); break;
    case OP_ROOT: put_u32(b, 3); put_u32(b, MS_PRIVATE); break;
    case OP_MOUNT_FS:
        put_u32(b, ATTR_NOSUID); put_string(b, "tmpfs"); put_string(b, ""); put_string(b, "/dev"); put_strings(b, 2, "mode=755");
        break;
    case OP_BIND: put_u32(b, 5); put_u32(b, MS_SLAVE); put_longs(b, 2); put_string(b, "/data"); break;
    case OP_MOUNT_SET: put_u32(b, 0); put_longs(b, 2); put_string(b, "/"); break;
    case OP_MKDIR: case OP_OWN: put_words(b, 3); put_string(b, "/run/x"); break;
    case OP_MKNOD: put_words(b, 5); put_string(b, "/dev/null"); break;
    case OP_SYMLINK: put_string(b, "../x"); put_string(b, "/dev/fd"); break;
    case OP_MASK: case OP_READONLY: case OP_CHDIR: put_string(b, "/proc//./sys"); break;
    case OP_SETGROUPS: put_u32(b, 3); put_words(b, 3); break;
    case OP_BOUNDING: put_longs(b, 1); break;
    case OP_CAPS: put_longs(b, 4); break;
    case OP_SECCOMP: put_u32(b, 0); put_bytes(b, filter, sizeof filter); break;
    case OP_LSM_EXEC_LABEL: put_u32(b, 2); put_string(b, "container_t"); break;
    case OP_TERMINAL: put_u32(b, 0xffff); put_u32(b, 80); put_words(b, 2); break;
    case OP_USE_FD: put_u32(b, 6); put_u32(b, 2); break;
    case OP_EXEC: put_strings(b, 3, "argument"); put_strings(b, 0, ""); put_strings(b, 2, "/bin/sh"); break;
    default: break; /* SETSID, PIVOT, NO_NEW_PRIVS, CLOSE_OTHERS */
    }
}

void put_before(struct builder *b, uint16_t code) {
    bool mounts = code == OP_TERMINAL || (code >= 32 && code < 64);
    if (!mounts) return;
    put_op(b, OP_CLONE, 0);
    put_good(b, OP_CLONE);
    if (code == OP_ROOT) return;
    put_op(b, OP_ROOT, 0);
    put_good(b, OP_ROOT);
}

void plan_everything(struct builder *b) {
    plan_begin(b);
    for (size_t i = 0; i < all_codes_count; i++) {
        if (all_codes[i] == OP_CLOSE_OTHERS) continue;
        if (all_codes[i] == OP_EXEC) put_op(b, OP_CLOSE_OTHERS, 0);
        put_op(b, all_codes[i], 0);
        put_good(b, all_codes[i]);
    }
    plan_end(b);
}
