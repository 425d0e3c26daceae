/* Operations on mounts and on files inside the root. */
#include "init.h"
#include "sys.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static int attach(int mount, int target) {
    return SYS(NR_move_mount, mount, "", target, "", MOVE_F_EMPTY | MOVE_T_EMPTY);
}

static int set_attributes(int mount, uint64_t set, uint64_t clear, uint64_t propagation, bool recursive) {
    struct mount_attr_ attr = {set, clear, propagation, 0};
    /* the atime mode is a field of 3 bits: it is replaced as a whole */
    if (set & 0x70) attr.clear |= 0x70;
    unsigned flags = AT_EMPTY_PATH | (recursive ? TREE_RECURSIVE : 0u);
    return attr.set == 0 && attr.clear == 0 && propagation == 0
               ? 0
               : SYS(NR_mount_setattr, mount, "", flags, &attr, sizeof attr);
}

static int closing(int fd, int result) {
    close(fd);
    return result;
}

/* An empty option is none; "key=value" is a string, "key" a flag. */
static int configure(struct state *s, int fs, const char *option) {
    char key[256];
    size_t n = strcspn(option, "=");
    if (n == 0 || n >= sizeof key) return -EINVAL;
    memcpy(key, option, n);
    key[n] = 0;
    int r = option[n] == '=' ? SYS(NR_fsconfig, fs, FSCONFIG_STRING, key, option + n + 1, 0)
                             : SYS(NR_fsconfig, fs, FSCONFIG_FLAG, key, NULL, 0);
    if (r < 0) detail(s, option);
    return r;
}

/* What the file system says about a failure, after what it was about; its lines are "e text". */
static void explain(struct state *s, int fs) {
    char text[256];
    int n = SYS(SYS_read, fs, text, sizeof text - 1);
    if (n <= 2) return;
    text[n] = 0;
    text[strcspn(text, "\n")] = 0;
    size_t used = strlen(s->detail);
    snprintf(s->detail + used, sizeof s->detail - used, "%s%s", used ? ": " : "", text + 2);
}

static int new_mount(struct state *s, const char *fstype, const char *source, struct cursor *options, uint32_t attributes) {
    int fs = SYS(NR_fsopen, fstype, 1);
    if (fs < 0) return fs;
    int r = *source ? SYS(NR_fsconfig, fs, FSCONFIG_STRING, "source", source, 0) : 0;
    for (uint32_t i = 0, n = options ? get_u32(options) : 0; r >= 0 && i < n; i++) r = configure(s, fs, get_string(options));
    if (r >= 0) r = SYS(NR_fsconfig, fs, FSCONFIG_CREATE, NULL, NULL, 0);
    if (r >= 0) r = SYS(NR_fsmount, fs, 1, attributes);
    if (r < 0) explain(s, fs);
    return closing(fs, r);
}

static int root(struct state *s, struct cursor *c) {
    int mount_fd = slot_fd(s, get_u32(c));
    unsigned long propagation = get_u32(c);
    if (mount_fd < 0) return mount_fd;
    if (mount(NULL, "/", NULL, MS_REC | propagation, NULL) < 0) return -errno;
    int here = SYS(SYS_openat, AT_FDCWD, "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (here < 0) return here;
    int r = closing(here, attach(mount_fd, here));
    s->root = mount_fd;
    return r;
}

static int mount_fs(struct state *s, const struct op *op, struct cursor *c) {
    uint32_t attributes = get_u32(c);
    const char *fstype = get_string(c), *source = get_string(c), *target = get_string(c);
    detail(s, target);
    int fd = open_target(s, target, op->flags);
    if (fd < 0) return fd;
    int m = new_mount(s, fstype, source, c, attributes);
    if (m < 0) return closing(fd, m);
    return closing(fd, closing(m, attach(m, fd)));
}

static int bind(struct state *s, const struct op *op, struct cursor *c) {
    int m = slot_fd(s, get_u32(c));
    uint32_t propagation = get_u32(c);
    uint64_t set = get_u64(c), clear = get_u64(c);
    const char *target = get_string(c);
    detail(s, target);
    if (m < 0) return m;
    int r = set_attributes(m, set, clear, propagation, (op->flags & F_RECURSIVE) != 0);
    if (r < 0) return r;
    int fd = open_target(s, target, op->flags);
    return fd < 0 ? fd : closing(fd, attach(m, fd));
}

static int mount_set(struct state *s, const struct op *op, struct cursor *c) {
    uint32_t propagation = get_u32(c);
    uint64_t set = get_u64(c), clear = get_u64(c);
    const char *target = get_string(c);
    detail(s, target);
    int fd = open_in_root(s, target, O_PATH, 0);
    return fd < 0 ? fd : closing(fd, set_attributes(fd, set, clear, propagation, (op->flags & F_RECURSIVE) != 0));
}

/* fchmod refuses O_PATH descriptors; a plain read descriptor serves directories and regular files. */
static int own(struct state *s, const char *path, uint32_t mode, uint32_t uid, uint32_t gid) {
    int fd = open_in_root(s, path, O_PATH, 0);
    if (fd < 0) return fd;
    struct stat st;
    int r = SYS(SYS_fchownat, fd, "", uid, gid, AT_EMPTY_PATH);
    if (r < 0 || mode == (uint32_t)-1) return closing(fd, r);
    if (fstat(fd, &st) < 0) return closing(fd, -errno);
    /* opening a device or a fifo may act on it */
    if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) return closing(fd, -EINVAL);
    int plain = closing(fd, reopen(s, fd, O_RDONLY | O_NONBLOCK | O_NOCTTY));
    if (plain < 0) return plain;
    return closing(plain, SYS(SYS_fchmod, plain, mode & 07777));
}

static int mkdir_op(struct state *s, const struct op *op, struct cursor *c) {
    uint32_t mode = get_u32(c), uid = get_u32(c), gid = get_u32(c);
    const char *path = get_string(c), *leaf;
    detail(s, path);
    if (op->flags & F_EXISTING_OK) {
        int there = open_in_root(s, path, O_PATH | O_DIRECTORY, 0);
        if (there != -ENOENT) return there < 0 ? there : closing(there, 0);
    }
    int parent = open_parent(s, path, &leaf);
    if (parent < 0) return parent;
    int r = SYS(SYS_mkdirat, parent, leaf, mode);
    if (r >= 0) r = SYS(SYS_fchownat, parent, leaf, uid, gid, AT_SYMLINK_NOFOLLOW);
    return closing(parent, r);
}

static int mknod_op(struct state *s, struct cursor *c) {
    uint32_t mode = get_u32(c), maj = get_u32(c), min = get_u32(c), uid = get_u32(c), gid = get_u32(c);
    const char *path = get_string(c), *leaf;
    struct stat st;
    detail(s, path);
    int parent = open_parent(s, path, &leaf);
    if (parent < 0) return parent;
    dev_t device = makedev(maj, min);
    int r = SYS(SYS_mknodat, parent, leaf, mode, device);
    if (r == -EEXIST) {
        r = fstatat(parent, leaf, &st, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
        if (r == 0 && ((st.st_mode & S_IFMT) != (mode & S_IFMT) || st.st_rdev != device)) r = -EEXIST;
    }
    if (r >= 0) r = SYS(SYS_fchownat, parent, leaf, uid, gid, AT_SYMLINK_NOFOLLOW);
    return closing(parent, r);
}

static int symlink_op(struct state *s, const struct op *op, struct cursor *c) {
    const char *target = get_string(c), *path = get_string(c), *leaf;
    detail(s, path);
    int parent = open_parent(s, path, &leaf);
    if (parent < 0) return parent;
    int r = SYS(SYS_symlinkat, target, parent, leaf);
    return closing(parent, r == -EEXIST && (op->flags & F_EXISTING_OK) ? 0 : r);
}

/* A second attachment of an attached mount; a clone of a detached one is not to be had before 6.15. */
static int attach_copy(int source, int target) {
    int m = SYS(NR_open_tree, source, "", TREE_CLONE | AT_EMPTY_PATH | (unsigned)O_CLOEXEC);
    return m < 0 ? m : closing(m, attach(m, target));
}

static int mask_directory(struct state *s, int target) {
    if (s->mask_dir >= 0) return attach_copy(s->mask_dir, target);
    int m = new_mount(s, "tmpfs", "tmpfs", NULL, ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC);
    if (m < 0) return m;
    int r = attach(m, target);
    if (r < 0) return closing(m, r);
    s->mask_dir = m;
    return 0;
}

static int mask_file(struct state *s, int target) {
    if (s->null_node < 0) {
        int fd = open_in_root(s, "/dev/null", O_PATH, RESOLVE_NO_SYMLINKS_);
        int r = fd < 0 ? fd : verify_char(fd, 1, 3);
        if (r < 0) {
            detail(s, "/dev/null of the container is not the null device");
            return r;
        }
        s->null_node = fd;
    }
    return attach_copy(s->null_node, target);
}

static int mask(struct state *s, const struct op *op, struct cursor *c) {
    const char *path = get_string(c);
    struct stat st;
    detail(s, path);
    int fd = open_in_root(s, path, O_PATH, 0);
    if ((fd == -ENOENT || fd == -ENOTDIR) && (op->flags & F_MISSING_OK)) return 0;
    if (fd < 0) return fd;
    if (fstat(fd, &st) < 0) return closing(fd, -errno);
    return closing(fd, S_ISDIR(st.st_mode) ? mask_directory(s, fd) : mask_file(s, fd));
}

static int readonly(struct state *s, const struct op *op, struct cursor *c) {
    const char *path = get_string(c);
    detail(s, path);
    int fd = open_in_root(s, path, O_PATH, 0);
    if ((fd == -ENOENT || fd == -ENOTDIR) && (op->flags & F_MISSING_OK)) return 0;
    if (fd < 0) return fd;
    int m = SYS(NR_open_tree, fd, "", TREE_CLONE | TREE_RECURSIVE | AT_EMPTY_PATH | (unsigned)O_CLOEXEC);
    if (m < 0) return closing(fd, m);
    int r = set_attributes(m, ATTR_RDONLY, 0, 0, true);
    if (r >= 0) r = attach(m, fd);
    close(m);
    return closing(fd, r);
}

static int pivot(struct state *s) {
    int r = SYS(SYS_fchdir, root_fd(s));
    /* pivot_root(2): the old root lands on top of the new one, and is the one that "." means to umount2 */
    if (r >= 0) r = SYS(SYS_pivot_root, ".", ".");
    if (r >= 0) r = SYS(SYS_umount2, ".", MNT_DETACH);
    return r < 0 ? r : SYS(SYS_chdir, "/");
}

int run_mount(struct state *s, const struct op *op, struct cursor *c) {
    switch (op->code) {
    case OP_ROOT: return root(s, c);
    case OP_MOUNT_FS: return mount_fs(s, op, c);
    case OP_BIND: return bind(s, op, c);
    case OP_MOUNT_SET: return mount_set(s, op, c);
    case OP_MKDIR: return mkdir_op(s, op, c);
    case OP_MKNOD: return mknod_op(s, c);
    case OP_SYMLINK: return symlink_op(s, op, c);
    case OP_MASK: return mask(s, op, c);
    case OP_READONLY: return readonly(s, op, c);
    case OP_PIVOT: return pivot(s);
    case OP_OWN: {
        uint32_t mode = get_u32(c), uid = get_u32(c), gid = get_u32(c);
        const char *path = get_string(c);
        detail(s, path);
        return own(s, path, mode, uid, gid);
    }
    default: return -ENOSYS;
    }
}
