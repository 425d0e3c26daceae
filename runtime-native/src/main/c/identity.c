/* Operations on credentials and privileges. The raw system calls: there is one thread. */
#include "init.h"
#include "sys.h"

#include <string.h>
#include <sys/prctl.h>

struct filter_program {
    unsigned short length;
    const void *filter;
};

static int bounding(uint64_t keep) {
    for (unsigned long cap = 0; cap < 64; cap++) {
        if (keep >> cap & 1) continue;
        int r = SYS(SYS_prctl, PR_CAPBSET_DROP, cap, 0, 0, 0);
        if (r == -EINVAL) return 0; /* beyond the kernel's last one */
        if (r < 0) return r;
    }
    return 0;
}

static int caps(struct cursor *c) {
    uint64_t effective = get_u64(c), permitted = get_u64(c), inheritable = get_u64(c), ambient = get_u64(c);
    struct {
        uint32_t version;
        int pid;
    } header = {0x20080522, 0}; /* _LINUX_CAPABILITY_VERSION_3 */
    uint32_t data[6];
    for (int i = 0; i < 2; i++) {
        data[3 * i] = (uint32_t)(effective >> 32 * i);
        data[3 * i + 1] = (uint32_t)(permitted >> 32 * i);
        data[3 * i + 2] = (uint32_t)(inheritable >> 32 * i);
    }
    int r = SYS(SYS_capset, &header, data);
    if (r >= 0) r = SYS(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    for (unsigned long cap = 0; r >= 0 && cap < 64; cap++)
        if (ambient >> cap & 1) r = SYS(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0);
    return r;
}

static int seccomp(struct state *s, struct cursor *c) {
    uint32_t flags = get_u32(c), length;
    const uint8_t *filter = get_bytes(c, &length);
    struct filter_program program = {(unsigned short)(length / 8), filter};
    int r = SYS(SYS_seccomp, 1 /* SECCOMP_SET_MODE_FILTER */, flags, &program);
    if (r < 0 || !(flags & 8 /* SECCOMP_FILTER_FLAG_NEW_LISTENER */)) return r;
    uint32_t message[3] = {MSG_DESCRIPTOR, FD_SECCOMP, 0};
    int sent = link_send(s, message, sizeof message, r);
    close(r);
    return sent;
}

static int label(struct state *s, struct cursor *c) {
    bool apparmor = get_u32(c) == 1;
    const char *text = get_string(c);
    char command[512] = "exec ";
    detail(s, text);
    if (strlen(text) >= sizeof command - 5) return -ENAMETOOLONG;
    int fd = apparmor ? open_self(s, "attr/apparmor/exec", O_WRONLY) : -ENOENT;
    if (fd == -ENOENT) fd = open_self(s, "attr/exec", O_WRONLY);
    if (fd < 0) return fd;
    strcpy(command + 5, text);
    const char *what = apparmor ? command : text;
    int r = write_all(fd, what, strlen(what));
    close(fd);
    return r;
}

int run_identity(struct state *s, const struct op *op, struct cursor *c) {
    uint32_t v;
    switch (op->code) {
    case OP_SETGROUPS:
        v = get_u32(c);
        return SYS(SYS_setgroups, v, c->at); /* the ids lie in the plan as the kernel wants them */
    case OP_SETGID:
        v = get_u32(c);
        return SYS(SYS_setresgid, v, v, v);
    case OP_SETUID:
        v = get_u32(c);
        return SYS(SYS_setresuid, v, v, v);
    case OP_KEEPCAPS: return SYS(SYS_prctl, PR_SET_KEEPCAPS, (unsigned long)get_u32(c), 0, 0, 0);
    case OP_BOUNDING: return bounding(get_u64(c));
    case OP_CAPS: return caps(c);
    case OP_NO_NEW_PRIVS: return SYS(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1UL, 0, 0, 0);
    case OP_SECCOMP: return seccomp(s, c);
    case OP_LSM_EXEC_LABEL: return label(s, c);
    default: return -ENOSYS;
    }
}
