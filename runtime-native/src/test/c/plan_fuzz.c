/*
 * Malformed plans against the check, and a walk over what it accepts as the interpreter would do it. With libFuzzer
 * (make fuzz) or on its own: plan_fuzz ROUNDS SEED changes valid plans at random, the same for the same seed.
 */
#include "build_plan.h"
#include "sys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the interpreter relies on in an accepted plan; the reads run under the sanitizer. */
static void walk(const struct plan *plan) {
    const uint8_t *at = plan->bytes + PLAN_HEADER, *end = plan->bytes + plan->length;
    volatile size_t sink = 0;
    for (uint32_t i = 0; i < plan->count; i++) {
        struct op op;
        at = plan_next(at, &op);
        if (at > end || op_name(op.code) == NULL) abort();
        struct cursor c = {op.payload, op.payload + op.length, false};
        uint32_t n, strings = 0;
        switch (op.code) {
        case OP_EXEC:
            for (int list = 0; list < 3; list++) {
                n = get_u32(&c);
                for (uint32_t k = 0; k < n; k++, strings++) sink += strlen(get_string(&c));
            }
            /* the room that exec_op takes for argv and envp */
            if (strings + 2 > op.length / 8 + 4 || i != plan->count - 1) abort();
            break;
        case OP_MOUNT_FS:
            get_u32(&c);
            for (int k = 0; k < 3; k++) sink += strlen(get_string(&c));
            n = get_u32(&c);
            for (uint32_t k = 0; k < n; k++) sink += strlen(get_string(&c));
            break;
        case OP_SETGROUPS:
            n = get_u32(&c);
            if (n * sizeof(uint32_t) != (size_t)(c.end - c.at)) abort();
            c.at = c.end;
            break;
        case OP_SECCOMP:
            get_u32(&c);
            get_bytes(&c, &n);
            if (n == 0 || n % 8 != 0 || n / 8 > 0xffff) abort();
            break;
        case OP_SYSCTL:
            if (strlen(get_string(&c)) > MAX_SYSCTL) abort();
            sink += strlen(get_string(&c));
            break;
        case OP_MASK: case OP_READONLY: case OP_CHDIR: {
            const char *path = get_string(&c);
            if (*path != '/' || strstr(path, "/../") != NULL) abort();
            break;
        }
        default: continue;
        }
        if (c.bad || c.at != c.end) abort();
    }
    if (at != end) abort();
}

static void one(const uint8_t *data, size_t size) {
    char why[128];
    struct plan plan;
    int r = plan_check(data, size, &plan, why, sizeof why);
    if (r == 0) walk(&plan);
    else if (memchr(why, 0, sizeof why) == NULL) abort();
}

#ifdef LIBFUZZER
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    one(data, size);
    return 0;
}
#else

static uint64_t state;

/* xorshift64*: small, and the same everywhere */
static uint32_t draw(uint32_t below) {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)((state * 0x2545f4914f6cdd1dull) >> 32) % below;
}

static uint32_t interesting(void) {
    static const uint32_t values[] = {0, 1, 3, 4, 7, 8, 0x7f, 0xff, 0x100, 0xfff, 0x1000, 0xffff, 0x10000, 0x7fffffff, 0x80000000,
                                      0xfffffff8, 0xfffffffc, 0xffffffff, MAX_SLOTS, MAX_OPS, MAX_BYTES};
    return values[draw(sizeof values / sizeof *values)];
}

/* Changes the plan in place; returns its new length. */
static size_t mutate(uint8_t *bytes, size_t length, size_t room) {
    size_t at = draw((uint32_t)length);
    uint32_t value;
    switch (draw(8)) {
    case 0: bytes[at] ^= (uint8_t)(1u << draw(8)); return length;
    case 1: bytes[at] = (uint8_t)draw(256); return length;
    case 2: case 3:
        at &= ~(size_t)3;
        value = draw(2) ? interesting() : draw(64);
        if (at + 4 <= length) memcpy(bytes + at, &value, 4);
        return length;
    case 4: return draw(4) ? length : at;
    case 5: { /* doubles a piece */
        size_t n = draw(64) & ~3u;
        at &= ~(size_t)3;
        if (at + n > length || length + n > room) return length;
        memmove(bytes + at + n, bytes + at, length - at);
        return length + n;
    }
    case 6: { /* leaves a piece out */
        size_t n = draw(64) & ~3u;
        at &= ~(size_t)3;
        if (at + n > length) return length;
        memmove(bytes + at, bytes + at + n, length - at - n);
        return length - n;
    }
    default: { /* copies a piece over another */
        size_t n = draw(32), from = draw((uint32_t)length);
        if (at + n <= length && from + n <= length) memmove(bytes + at, bytes + from, n);
        return length;
    }
    }
}

static void seed(struct builder *b) {
    uint16_t code = all_codes[draw((uint32_t)all_codes_count)];
    if (draw(4) == 0) {
        plan_everything(b);
        return;
    }
    plan_begin(b);
    put_before(b, code);
    for (uint32_t n = code == OP_EXEC || code == OP_PIVOT || code == OP_CLONE ? 1 : 1 + draw(3); n > 0; n--) {
        put_op(b, code, 0);
        put_good(b, code);
    }
    plan_end(b);
}

int main(int argc, char **argv) {
    static struct builder b;
    if (argc != 3) {
        fprintf(stderr, "usage: plan_fuzz ROUNDS SEED\n");
        return 2;
    }
    unsigned long rounds = strtoul(argv[1], NULL, 10), accepted = 0;
    state = strtoul(argv[2], NULL, 10) * 2 + 1;
    for (unsigned long round = 0; round < rounds; round++) {
        seed(&b);
        size_t length = b.length;
        for (uint32_t n = 1 + draw(4); n > 0 && length > 0; n--) length = mutate(b.bytes, length, sizeof b.bytes);
        /* mostly with a header that fits, so that the operations are looked at */
        uint32_t total = (uint32_t)length;
        if (length >= PLAN_HEADER && draw(8)) memcpy(b.bytes + 8, &total, 4);
        uint8_t *copy = malloc(length ? length : 1);
        memcpy(copy, b.bytes, length);
        struct plan plan;
        char why[128];
        accepted += plan_check(copy, length, &plan, why, sizeof why) == 0;
        one(copy, length);
        free(copy);
    }
    fprintf(stderr, "plan_fuzz: %lu plans from seed %s, %lu still valid\n", rounds, argv[2], accepted);
    return 0;
}
#endif
