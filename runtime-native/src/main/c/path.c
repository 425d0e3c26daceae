/* Files inside the container's root, and the host's procfs: always through descriptors, never by a path twice. */
#include "init.h"
#include "sys.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#define MAX_LINKS 16 /* dangling links that are followed while a target is made */

static int openat2_(int dir, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
    struct open_how_ how = {flags | O_CLOEXEC, mode, resolve};
    int r = -EAGAIN;
    /* EAGAIN: a rename raced with the walk */
    for (int tries = 0; r == -EAGAIN && tries < 128; tries++) r = SYS(NR_openat2, dir, path, &how, sizeof how);
    return r;
}

int root_fd(struct state *s) {
    /* after joining a mount namespace "/" is the container's root */
    if (s->root < 0) s->root = SYS(SYS_openat, AT_FDCWD, "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    return s->root;
}

int open_in_root(struct state *s, const char *path, uint64_t flags, uint64_t resolve) {
    int root = root_fd(s);
    return root < 0 ? root : openat2_(root, path, flags, 0, RESOLVE_IN_ROOT_ | RESOLVE_NO_MAGICLINKS_ | resolve);
}

static int make(struct state *s, const char *path, bool directory, uint64_t resolve, int links);

/* The last component is a link to nothing: make what it points to, inside the root. */
static int make_link_target(struct state *s, int parent, const char *path, const char *leaf, bool directory, int links) {
    char target[4096];
    size_t used = 0;
    if (links == 0) return -ELOOP;
    char text[2048];
    int n = SYS(SYS_readlinkat, parent, leaf, text, sizeof text - 1);
    if (n < 0) return n == -EINVAL ? -ENOENT : n;
    if ((size_t)n == sizeof text - 1) return -ENAMETOOLONG; /* perhaps cut off */
    text[n] = 0;
    if (text[0] != '/') {
        used = (size_t)(leaf - path);
        if (used >= sizeof target) return -ENAMETOOLONG;
        memcpy(target, path, used);
    }
    if (used + (size_t)n >= sizeof target) return -ENAMETOOLONG;
    memcpy(target + used, text, (size_t)n + 1);
    return make(s, target, directory, 0, links - 1);
}

static int make_leaf(struct state *s, int parent, const char *path, const char *leaf, bool directory, uint64_t resolve,
                     int links) {
    int r = directory ? SYS(SYS_mkdirat, parent, leaf, 0755) : SYS(SYS_mknodat, parent, leaf, S_IFREG | 0644, 0);
    if (r < 0 && r != -EEXIST) return r;
    int fd = open_in_root(s, path, O_PATH, resolve);
    if (fd != -ENOENT || r == 0 || (resolve & RESOLVE_NO_SYMLINKS_)) return fd;
    r = make_link_target(s, parent, path, leaf, directory, links);
    return r;
}

/* Opens path, O_PATH, making what is missing of it, component by component. */
static int make(struct state *s, const char *path, bool directory, uint64_t resolve, int links) {
    int fd = open_in_root(s, path, O_PATH, resolve);
    if (fd != -ENOENT) return fd;
    size_t end = strlen(path);
    if (end >= 4096) return -ENAMETOOLONG;
    char prefix[4096];
    memcpy(prefix, path, end + 1);
    /* back to what there is: mostly only the last component is missing */
    int parent = -ENOENT;
    while (parent == -ENOENT && end > 0) {
        while (end > 0 && path[end - 1] == '/') end--;
        while (end > 0 && path[end - 1] != '/') end--;
        prefix[end] = 0;
        parent = open_in_root(s, end == 0 ? "/" : prefix, O_PATH | O_DIRECTORY, resolve);
    }
    const char *at = path + end;
    while (parent >= 0) {
        size_t n = strcspn(at, "/");
        const char *rest = at + n;
        while (*rest == '/') rest++;
        bool last = *rest == 0;
        end = (size_t)(at + n - path);
        memcpy(prefix, path, end);
        prefix[end] = 0;
        int next = make_leaf(s, parent, prefix, prefix + (at - path), directory || !last, resolve, links);
        close(parent);
        if (last) return next;
        parent = next;
        at = rest;
    }
    return parent;
}

int open_target(struct state *s, const char *path, uint16_t flags) {
    uint64_t resolve = flags & F_NO_LINKS ? RESOLVE_NO_SYMLINKS_ : 0;
    if (flags & (F_CREATE_DIRECTORY | F_CREATE_FILE))
        return make(s, path, (flags & F_CREATE_DIRECTORY) != 0, resolve, MAX_LINKS);
    return open_in_root(s, path, O_PATH, resolve);
}

/* The directory that is to hold path's last component, made if it is missing. */
int open_parent(struct state *s, const char *path, const char **leaf) {
    char parent[4096];
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/') n--;
    if (n != strlen(path)) return -EINVAL;
    while (n > 0 && path[n - 1] != '/') n--;
    *leaf = path + n;
    if (**leaf == 0) return -EEXIST;
    memcpy(parent, path, n);
    parent[n] = 0;
    return make(s, parent, true, 0, MAX_LINKS);
}

/* The host's own procfs, which no container can have touched. */
static int verified_proc(struct state *s) {
    if (s->proc >= 0) return s->proc;
    if (s->closed) return -EBADF; /* /proc is the container's by now */
    int fd = openat2_(AT_FDCWD, "/proc", O_PATH | O_DIRECTORY, 0, RESOLVE_NO_SYMLINKS_);
    struct statfs fs;
    struct stat st;
    if (fd < 0) return fd;
    if (fstatfs(fd, &fs) < 0 || fstat(fd, &st) < 0) return -errno;
    if (fs.f_type != MAGIC_PROC || st.st_ino != PROC_ROOT_INODE) {
        close(fd);
        return -EXDEV;
    }
    return s->proc = fd;
}

int open_proc_file(struct state *s, const char *path, int flags) {
    int proc = verified_proc(s);
    if (proc < 0 || *path == 0) return proc;
    struct statfs fs;
    int fd = openat2_(proc, path, (uint64_t)flags, 0, RESOLVE_BENEATH_ | RESOLVE_NO_XDEV_ | RESOLVE_NO_SYMLINKS_);
    if (fd >= 0 && (fstatfs(fd, &fs) < 0 || fs.f_type != MAGIC_PROC)) {
        close(fd);
        return -EXDEV;
    }
    return fd;
}

/* "PID/path"; the pid is what the verified procfs calls this process. */
static int self_path(struct state *s, const char *path, char *full, size_t size) {
    char self[24];
    int proc = verified_proc(s);
    if (proc < 0) return proc;
    int n = SYS(SYS_readlinkat, proc, "self", self, sizeof self - 1);
    if (n < 0) return n;
    self[n] = 0;
    if (n == 0 || strspn(self, "0123456789") != (size_t)n) return -EXDEV;
    return (size_t)snprintf(full, size, "%s/%s", self, path) < size ? 0 : -ENAMETOOLONG;
}

/* A file of this process (there is one thread, so it is that of the thread too). */
int open_self(struct state *s, const char *path, int flags) {
    char full[64];
    int r = self_path(s, path, full, sizeof full);
    return r < 0 ? r : open_proc_file(s, full, flags);
}

/* Follows a magic link of the verified procfs, such as a namespace: it leads where the kernel says. */
int open_self_link(struct state *s, const char *path, int flags) {
    char full[64];
    int r = self_path(s, path, full, sizeof full);
    return r < 0 ? r : SYS(SYS_openat, s->proc, full, flags | O_CLOEXEC);
}

/* The very file that an O_PATH descriptor stands for; its path may lead elsewhere by now. */
int reopen(struct state *s, int fd, int flags) {
    char link[24];
    snprintf(link, sizeof link, "fd/%d", fd);
    return open_self_link(s, link, flags);
}

int write_all(int fd, const void *data, size_t length) {
    int r = SYS(SYS_write, fd, data, length);
    if (r < 0) return r;
    return (size_t)r == length ? 0 : -EIO;
}

int verify_char(int fd, unsigned major_, unsigned minor_) {
    struct stat st;
    if (fstat(fd, &st) < 0) return -errno;
    return S_ISCHR(st.st_mode) && st.st_rdev == makedev(major_, minor_) ? 0 : -ENXIO;
}
