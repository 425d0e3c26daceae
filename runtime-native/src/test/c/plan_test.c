/* The check of a plan: every operation good, cut off, too long, with wrong values, and out of place. */
#include "build_plan.h"
#include "check.h"
#include "sys.h"

#include <stdlib.h>
#include <string.h>

static struct builder b;
static char why[128];

/* On the heap and exactly as long as the plan, so that the sanitizer sees a read beyond its end. */
static bool accepted(size_t length) {
    struct plan plan;
    uint8_t *copy = malloc(length ? length : 1);
    memcpy(copy, b.bytes, length);
    int r = plan_check(copy, length, &plan, why, sizeof why);
    if (r == 0 && (plan.length != length || plan.count != b.count)) r = -1;
    free(copy);
    return r == 0;
}

static void begin(uint16_t code, uint16_t flags) {
    plan_begin(&b);
    put_before(&b, code);
    put_op(&b, code, flags);
}

static bool ends_well(void) {
    plan_end(&b);
    return accepted(b.length);
}

static void set_word(size_t at, uint32_t value) { memcpy(b.bytes + at, &value, 4); }

static void good_and_cut_off(void) {
    for (size_t i = 0; i < all_codes_count; i++) {
        uint16_t code = all_codes[i];
        begin(code, 0);
        put_good(&b, code);
        CHECK(ends_well(), "%s: %s", op_name(code), why);
        size_t op = b.op, length = b.length;
        /* the file ends early, with and without a header that says so */
        for (size_t n = 0; n < length; n++) {
            CHECK(!accepted(n), "%s cut off at %zu", op_name(code), n);
            if (n >= PLAN_HEADER) {
                set_word(8, (uint32_t)n);
                CHECK(!accepted(n), "%s cut off at %zu of a shorter plan", op_name(code), n);
                set_word(8, (uint32_t)length);
            }
        }
        /* the payload ends early or late: every word of every field is missing once */
        for (size_t n = 0; n < length - op - OP_HEADER; n++) {
            set_word(op + 4, (uint32_t)n);
            set_word(8, (uint32_t)(op + OP_HEADER + n));
            CHECK(!accepted(op + OP_HEADER + n), "%s with a payload of %zu bytes", op_name(code), n);
        }
        begin(code, 0);
        put_good(&b, code);
        put_u32(&b, 0);
        CHECK(!ends_well(), "%s with a word too many", op_name(code));
        for (uint32_t wrong = 0; wrong < 40; wrong++) {
            static const uint32_t lengths[] = {1, 2, 3, 5, 0x7fffffff, 0x80000000, 0xfffffff8, 0xfffffffc, 0xffffffff, 1 << 20};
            begin(code, 0);
            put_good(&b, code);
            plan_end(&b);
            set_word(b.op + 4, lengths[wrong % 10] + (wrong / 10) * 4);
            if (lengths[wrong % 10] + (wrong / 10) * 4 == b.length - b.op - OP_HEADER) continue;
            CHECK(!accepted(b.length), "%s with the length %u", op_name(code), lengths[wrong % 10]);
        }
    }
    plan_everything(&b);
    CHECK(accepted(b.length), "everything: %s", why);
}

static void headers(void) {
    plan_everything(&b);
    uint32_t count = b.count;
    static const struct {
        size_t at;
        uint32_t value;
    } wrong[] = {{0, 0}, {0, 0x46504c4e}, {4, 2}, {4, 0x10001}, {8, 0}, {8, 16}, {8, 0xffffffff}, {12, 0}, {12, 1},
                 {12, MAX_OPS + 1}, {12, 0xffffffff}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        plan_everything(&b);
        set_word(wrong[i].at, wrong[i].value);
        CHECK(!accepted(b.length), "header word %zu as 0x%x", wrong[i].at, wrong[i].value);
    }
    plan_everything(&b);
    set_word(12, count + 1);
    CHECK(!accepted(b.length), "one operation more than there are");
    set_word(12, count - 1);
    CHECK(!accepted(b.length), "one operation fewer than there are");
    plan_begin(&b);
    CHECK(ends_well(), "no operation is a plan: %s", why);
    plan_begin(&b);
    for (uint32_t i = 0; i < MAX_OPS; i++) put_op(&b, OP_SETSID, 0);
    CHECK(ends_well(), "as many operations as there can be: %s", why);
    put_op(&b, OP_SETSID, 0);
    CHECK(!ends_well(), "one operation too many");
}

static void flags_and_codes(void) {
    for (uint32_t code = 0; code < 0x10000; code++) {
        plan_begin(&b);
        put_op(&b, (uint16_t)code, 0);
        plan_end(&b);
        if (op_name(code) == NULL) CHECK(!accepted(b.length), "code %u", code);
    }
    static const struct {
        uint16_t code, flags;
    } known[] = {{OP_MOUNT_FS, 1 | 2 | 4}, {OP_BIND, 1 | 2 | 4 | 8}, {OP_MOUNT_SET, 8}, {OP_MKDIR, 16}, {OP_SYMLINK, 16},
                 {OP_MASK, 32}, {OP_READONLY, 32}, {OP_TERMINAL, 256}, {OP_CHDIR, 64 | 128}};
    for (size_t i = 0; i < all_codes_count; i++) {
        uint16_t allowed = 0;
        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            if (known[k].code == all_codes[i]) allowed = known[k].flags;
        for (unsigned bit = 0; bit < 16; bit++) {
            begin(all_codes[i], (uint16_t)(1u << bit));
            put_good(&b, all_codes[i]);
            bool ok = ends_well();
            CHECK(ok == ((allowed >> bit & 1) != 0), "%s with flag bit %u", op_name(all_codes[i]), bit);
        }
    }
    begin(OP_BIND, F_CREATE_DIRECTORY | F_CREATE_FILE);
    put_good(&b, OP_BIND);
    CHECK(!ends_well(), "a target cannot be both directory and file");
}

/* Sets the payload's word to each of the values, all of which are wrong there. */
static void bad_word(uint16_t code, uint32_t word, const uint32_t *values, size_t n) {
    for (size_t i = 0; i < n; i++) {
        begin(code, 0);
        put_good(&b, code);
        plan_end(&b);
        set_word(b.op + OP_HEADER + 4 * word, values[i]);
        CHECK(!accepted(b.length), "%s: word %u as 0x%x", op_name(code), word, values[i]);
    }
}
#define BAD(code, word, ...) \
    bad_word(code, word, (const uint32_t[]){__VA_ARGS__}, sizeof((const uint32_t[]){__VA_ARGS__}) / 4)

static void values(void) {
    BAD(OP_JOIN, 0, 0, 1, CLONE_NEWNET | CLONE_NEWUTS, CLONE_VM, 0xffffffff);
    BAD(OP_JOIN, 1, MAX_SLOTS, 0x80000000, NO_SLOT);
    BAD(OP_UNSHARE, 0, 0, CLONE_VM, CLONE_FILES | CLONE_NEWNS, 0xffffffff);
    BAD(OP_TIMENS, 0, 0, 2, 8);
    BAD(OP_TIMENS, 1, 1000000000, 0xffffffff);
    BAD(OP_CLONE, 0, CLONE_VM, CLONE_PARENT, CLONE_NEWNS | 1);
    BAD(OP_CLONE, 1, MAX_SLOTS, 0xfffffffe);
    BAD(OP_BARRIER, 0, 0, MAX_BARRIER + 1, 0xffffffff);
    BAD(OP_WRITE_FD, 0, MAX_SLOTS, NO_SLOT);
    BAD(OP_WRITE_FD, 1, 2, 5, 0x7fffffff, 0xfffffffd, 0xffffffff);
    BAD(OP_NAMESPACE, 0, 0, 1, CLONE_NEWNET | CLONE_NEWPID);
    BAD(OP_PDEATHSIG, 0, 0, 65, 0xffffffff);
    BAD(OP_DUMPABLE, 0, 2, 0xffffffff);
    BAD(OP_UMASK, 0, 01000, 0xffffffff);
    BAD(OP_RLIMIT, 0, 32, 0xffffffff);
    BAD(OP_ROOT, 0, MAX_SLOTS, NO_SLOT);
    BAD(OP_ROOT, 1, 0, MS_SHARED, MS_PRIVATE | MS_SLAVE, MS_BIND);
    BAD(OP_BIND, 0, MAX_SLOTS, NO_SLOT);
    BAD(OP_BIND, 1, 1, MS_BIND, MS_PRIVATE | MS_SLAVE, MS_REMOUNT);
    BAD(OP_MOUNT_SET, 0, 1, MS_BIND, MS_REMOUNT);
    BAD(OP_SETGROUPS, 0, 2, 4, MAX_GROUPS + 1, 0x40000000, 0xffffffff);
    BAD(OP_KEEPCAPS, 0, 2);
    BAD(OP_SECCOMP, 1, 0, 8, 12, 17, 0xfffffff8, 0xffffffff);
    BAD(OP_LSM_EXEC_LABEL, 0, 0, 3);
    BAD(OP_TERMINAL, 0, 0x10000, 0xffffffff);
    BAD(OP_TERMINAL, 1, 0x10000);
    BAD(OP_USE_FD, 0, MAX_SLOTS);
    BAD(OP_USE_FD, 1, 3, 0xffffffff);
    BAD(OP_EXEC, 0, 0, 1, 4, 0x20000000, 0xffffffff);
    begin(OP_SECCOMP, 0);
    put_u32(&b, 0);
    static const uint8_t filter[(MAX_FILTER + 1) * 8];
    put_bytes(&b, filter, sizeof filter);
    CHECK(!ends_well(), "a filter that is too long");
    begin(OP_EXEC, 0);
    put_strings(&b, 1, "sh");
    put_strings(&b, 0, "");
    put_strings(&b, 0, "");
    CHECK(!ends_well(), "a program without a place to look for it");
}

static bool host_name(const void *bytes, uint32_t length) {
    begin(OP_HOSTNAME, 0);
    put_bytes(&b, bytes, length);
    return ends_well();
}

static void strings(void) {
    CHECK(host_name("x", 2), "%s", why);
    CHECK(host_name("", 1), "the empty string: %s", why);
    CHECK(!host_name("", 0), "no NUL, no bytes");
    CHECK(!host_name("xy", 2), "no NUL");
    CHECK(!host_name("abcd", 4), "no NUL, no padding");
    CHECK(!host_name("a\0b", 4), "a NUL inside");
    CHECK(!host_name("a\0", 3), "two NULs");
    CHECK(host_name("x", 2), "%s", why);
    for (size_t i = 1; i <= 2; i++) {
        b.bytes[b.length - i] = 1;
        CHECK(!accepted(b.length), "padding that is not zero");
        b.bytes[b.length - i] = 0;
    }
    /* a NUL inside of each string of each operation */
    for (size_t i = 0; i < all_codes_count; i++) {
        begin(all_codes[i], 0);
        put_good(&b, all_codes[i]);
        plan_end(&b);
        for (size_t at = b.op + OP_HEADER; at + 1 < b.length; at++) {
            uint8_t old = b.bytes[at], next = b.bytes[at + 1];
            bool text = old > ' ' && old < 0x7f && next > ' ' && next < 0x7f && at % 4 < 3;
            if (!text || all_codes[i] == OP_WRITE_FD || all_codes[i] == OP_BOUNDING || all_codes[i] == OP_CAPS ||
                all_codes[i] == OP_RLIMIT || all_codes[i] == OP_SCHEDULER || all_codes[i] == OP_BIND ||
                all_codes[i] == OP_MOUNT_SET)
                continue;
            b.bytes[at] = 0;
            CHECK(!accepted(b.length), "%s with a NUL at %zu", op_name(all_codes[i]), at - b.op);
            b.bytes[at] = old;
        }
    }
}

static bool path_taken(uint16_t code, const char *path) {
    begin(code, 0);
    if (code == OP_MOUNT_FS) {
        put_u32(&b, 0);
        put_string(&b, "tmpfs");
        put_string(&b, "x");
    }
    if (code == OP_BIND) put_u32(&b, 0);
    if (code == OP_BIND || code == OP_MOUNT_SET) {
        put_u32(&b, 0);
        put_u64(&b, 0);
        put_u64(&b, 0);
    }
    for (int i = 0; i < (code == OP_MKDIR || code == OP_OWN ? 3 : code == OP_MKNOD ? 5 : 0); i++) put_u32(&b, 0);
    if (code == OP_SYMLINK) put_string(&b, "../../anything");
    put_string(&b, path);
    if (code == OP_MOUNT_FS) put_u32(&b, 0);
    if (code == OP_SYSCTL) put_string(&b, "1");
    return ends_well();
}

static void paths(void) {
    static const uint16_t codes[] = {OP_MOUNT_FS, OP_BIND, OP_MOUNT_SET, OP_MKDIR, OP_MKNOD, OP_SYMLINK,
                                     OP_MASK, OP_READONLY, OP_OWN, OP_CHDIR};
    char name[300], path[4200];
    memset(name, 'n', sizeof name);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        uint16_t code = codes[i];
        static const char *good[] = {"/", "/a", "//a///b/", "/./a", "/..a", "/a..", "/.../x", "/a/\xff\x01"};
        static const char *bad[] = {"", "a", "./a", "..", "/..", "/../a", "/a/..", "/a/../b", "/a//..//b", "/.././"};
        for (size_t k = 0; k < sizeof good / sizeof *good; k++) CHECK(path_taken(code, good[k]), "%s: %s", good[k], why);
        for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) CHECK(!path_taken(code, bad[k]), "%s of %s", bad[k], op_name(code));
        snprintf(path, sizeof path, "/%.255s/x", name);
        CHECK(path_taken(code, path), "a component of 255 bytes: %s", why);
        snprintf(path, sizeof path, "/%.256s/x", name);
        CHECK(!path_taken(code, path), "a component of 256 bytes");
        memset(path, 'a', sizeof path);
        for (size_t k = 0; k < sizeof path; k += 100) path[k] = '/';
        path[4095] = 0;
        CHECK(path_taken(code, path), "4,095 bytes: %s", why);
        path[4095] = 'a';
        path[4096] = 0;
        CHECK(!path_taken(code, path), "4,096 bytes");
    }
    CHECK(path_taken(OP_SYSCTL, "kernel/shmmax"), "%s", why);
    static const char *bad[] = {"", "/kernel/shmmax", "..", "../kernel", "kernel/../../x", "kernel/.."};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) CHECK(!path_taken(OP_SYSCTL, bad[k]), "sysctl %s", bad[k]);
    memset(path, 'a', sizeof path);
    for (size_t k = 100; k < MAX_SYSCTL; k += 100) path[k] = '/';
    path[MAX_SYSCTL] = 0;
    CHECK(path_taken(OP_SYSCTL, path), "a sysctl's name as long as it can be: %s", why);
    path[MAX_SYSCTL] = 'a';
    path[MAX_SYSCTL + 1] = 0;
    CHECK(!path_taken(OP_SYSCTL, path), "a sysctl's name that is too long");
}

/* The plan of these operations, each with a good payload; JOIN_MOUNT joins a mount namespace. */
#define JOIN_MOUNT 0x8000
static bool order(const uint16_t *codes, size_t n) {
    plan_begin(&b);
    for (size_t i = 0; i < n; i++) {
        put_op(&b, codes[i] == JOIN_MOUNT ? OP_JOIN : codes[i], 0);
        if (codes[i] == JOIN_MOUNT) {
            put_u32(&b, CLONE_NEWNS);
            put_u32(&b, 0);
        } else {
            put_good(&b, codes[i]);
        }
    }
    return ends_well();
}
#define ORDER(...) order((const uint16_t[]){__VA_ARGS__}, sizeof((const uint16_t[]){__VA_ARGS__}) / 2)

static void places(void) {
    CHECK(ORDER(OP_CLONE, OP_ROOT, OP_PIVOT, OP_EXEC), "%s", why);
    CHECK(ORDER(JOIN_MOUNT, OP_CLONE, OP_MASK, OP_CHDIR, OP_CLOSE_OTHERS, OP_EXEC), "%s", why);
    CHECK(!ORDER(OP_EXEC, OP_SETSID), "EXEC is not the last");
    CHECK(!ORDER(OP_EXEC, OP_EXEC), "EXEC twice");
    CHECK(!ORDER(OP_CLONE, OP_CLONE), "CLONE twice");
    CHECK(!ORDER(OP_CLONE, OP_SETSID, OP_CLONE, OP_EXEC), "CLONE twice, apart");
    CHECK(!ORDER(OP_ROOT), "ROOT on the host's mounts");
    CHECK(!ORDER(OP_UNSHARE, OP_ROOT), "ROOT after unsharing something else");
    CHECK(!ORDER(OP_JOIN, OP_ROOT), "ROOT after joining something else");
    CHECK(!ORDER(OP_CLONE, OP_PIVOT), "PIVOT without ROOT");
    CHECK(!ORDER(JOIN_MOUNT, OP_PIVOT), "PIVOT in a container's mounts");
    CHECK(!ORDER(OP_CLONE, OP_ROOT, OP_PIVOT, OP_PIVOT), "PIVOT twice");
    for (size_t i = 0; i < all_codes_count; i++) {
        uint16_t code = all_codes[i];
        bool mounts = code == OP_TERMINAL || (code > OP_ROOT && code < 64);
        if (mounts) {
            CHECK(!ORDER(code), "%s on the host", op_name(code));
            CHECK(!ORDER(OP_CLONE, code), "%s before ROOT", op_name(code));
            CHECK(!ORDER(OP_CLONE, code, OP_ROOT), "%s before ROOT", op_name(code));
            if (code != OP_PIVOT) CHECK(ORDER(JOIN_MOUNT, code), "%s in a joined namespace: %s", op_name(code), why);
        }
        bool needs_closed = mounts || code == OP_ROOT || code == OP_JOIN || code == OP_WRITE_FD || code == OP_USE_FD ||
                            code == OP_NAMESPACE || code == OP_SYSCTL || code == OP_OOM_SCORE_ADJ || code == OP_TIMENS ||
                            code == OP_LSM_EXEC_LABEL;
        if (code == OP_CLONE) continue;
        CHECK(ORDER(OP_CLONE, OP_ROOT, OP_CLOSE_OTHERS, code) == !needs_closed, "%s after CLOSE_OTHERS", op_name(code));
    }
}

int main(void) {
    good_and_cut_off();
    headers();
    flags_and_codes();
    values();
    strings();
    paths();
    places();
    return finish("plan_test");
}
