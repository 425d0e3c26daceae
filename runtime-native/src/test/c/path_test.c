/* Targets inside a root filesystem whose author is hostile: nothing outside it is opened or made. Needs no privilege. */
#include "check.h"
#include "init.h"
#include "sys.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static struct state s = {.proc = -1, .null_node = -1, .mask_dir = -1};
static char base[] = "/tmp/felucca-path-test-XXXXXX";

static void expect(int r, int expected, const char *what, const char *path) {
    CHECK((expected == 0 ? r >= 0 : r == -expected), "%s %s: %d (%s)", what, path, r, r < 0 ? strerror(-r) : "done");
    if (r >= 0) close(r);
}

static void target(const char *path, uint16_t flags, int expected) { expect(open_target(&s, path, flags), expected, "target", path); }

static bool is(const char *path, mode_t type) {
    struct stat st;
    return fstatat(s.root, path, &st, AT_SYMLINK_NOFOLLOW) == 0 && (st.st_mode & S_IFMT) == type;
}

static int entries_outside(void) {
    struct stat st;
    char path[128];
    snprintf(path, sizeof path, "%s/outside", base);
    return stat(path, &st) == 0 ? (int)st.st_nlink - 2 : -1;
}

static void inside(void) {
    char outside[128], deep[4096] = "";
    snprintf(outside, sizeof outside, "%s/outside/dir", base);
    CHECK(symlinkat("../../../../../../outside", s.root, "up") == 0, "link");
    CHECK(symlinkat(outside, s.root, "absolute") == 0, "link");
    CHECK(symlinkat("loop", s.root, "loop") == 0, "link");
    CHECK(symlinkat("/real/./file", s.root, "dangling") == 0, "link");
    CHECK(symlinkat("/dangling", s.root, "twice") == 0, "link");
    CHECK(symlinkat("/proc/self/fd/1", s.root, "magic") == 0, "link");
    CHECK(mkdirat(s.root, "etc", 0755) == 0, "mkdir");
    CHECK(mknodat(s.root, "etc/file", S_IFREG | 0644, 0) == 0, "mknod");

    target("/", 0, 0);
    target("/etc/file", 0, 0);
    target("/missing", 0, ENOENT);
    target("/etc/file/x", F_CREATE_FILE, ENOTDIR);
    target("/loop", F_CREATE_FILE, ELOOP);
    target("/loop/x", F_CREATE_DIRECTORY, ELOOP);
    target("/a/b/c", F_CREATE_DIRECTORY, 0);
    CHECK(is("a/b/c", S_IFDIR), "made");
    target("/a/b//d/./e", F_CREATE_FILE, 0);
    CHECK(is("a/b/d/e", S_IFREG), "made");
    target("/a/b/c/", F_CREATE_DIRECTORY, 0);

    /* the links lead out for the host, but not for init */
    target("/up/x", F_CREATE_FILE, 0);
    CHECK(is("outside/x", S_IFREG), "made inside");
    target("/absolute/x", F_CREATE_DIRECTORY, 0);
    CHECK(is(outside + 1, S_IFDIR), "made inside");
    target("/twice", F_CREATE_FILE, 0);
    CHECK(is("real/file", S_IFREG) && is("twice", S_IFLNK) && is("dangling", S_IFLNK), "the links' end is made");
    target("/up/y", F_CREATE_FILE | F_NO_LINKS, ELOOP);
    target("/twice", F_NO_LINKS, ELOOP);
    target("/magic", F_CREATE_FILE, 0);
    CHECK(is("proc/self/fd/1", S_IFREG), "not this process's descriptor");
    CHECK(entries_outside() == 0, "%d directories outside", entries_outside());

    /* a link as long as the kernel lets it be */
    for (int i = 0; i < 400; i++) strcat(deep, "directory/");
    CHECK(symlinkat(deep, s.root, "long") == 0, "link");
    target("/long", F_CREATE_DIRECTORY, ENAMETOOLONG);
    CHECK(!is("directory", S_IFDIR), "nothing of it is made");
}

static void links_upon_links(void) {
    char from[24], to[24];
    for (int i = 0; i < 60; i++) {
        snprintf(from, sizeof from, "chain%d", i);
        snprintf(to, sizeof to, "chain%d", i + 1);
        CHECK(symlinkat(to, s.root, from) == 0, "link");
    }
    target("/chain0", F_CREATE_FILE, ELOOP);
    target("/chain50", F_CREATE_FILE, 0);
    CHECK(is("chain60", S_IFREG), "made");
}

static void parents(void) {
    const char *leaf;
    static const struct {
        const char *path;
        int error;
    } cases[] = {{"/new/dir/node", 0}, {"/node", 0}, {"/", EEXIST}, {"/node/", EINVAL}, {"/etc/file/node", ENOTDIR}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int r = open_parent(&s, cases[i].path, &leaf);
        if (r >= 0) CHECK(strcmp(leaf, "node") == 0, "%s", leaf);
        expect(r, cases[i].error, "parent of", cases[i].path);
    }
    CHECK(is("new/dir", S_IFDIR), "made");
}

static void procfs(void) {
    expect(open_proc_file(&s, "sys/kernel/ostype", O_RDONLY), 0, "proc", "sys/kernel/ostype");
    expect(open_proc_file(&s, "../etc/passwd", O_RDONLY), EXDEV, "proc", "../etc/passwd");
    expect(open_proc_file(&s, "self/comm", O_RDONLY), ELOOP, "proc", "self/comm");
    expect(open_self(&s, "comm", O_RDONLY), 0, "own", "comm");
    expect(open_self(&s, "root", O_RDONLY), ELOOP, "own", "root");
    expect(open_self_link(&s, "ns/mnt", O_RDONLY), 0, "own", "ns/mnt");
    char path[200];
    memset(path, 'x', sizeof path);
    path[199] = 0;
    expect(open_self(&s, path, O_RDONLY), ENAMETOOLONG, "own", "a long name");

    /* the same file, though its name leads elsewhere */
    int fd = open_target(&s, "/etc/file", 0);
    CHECK(renameat(s.root, "etc/file", s.root, "etc/old") == 0 && symlinkat("/magic", s.root, "etc/file") == 0, "swap");
    int again = reopen(&s, fd, O_RDONLY);
    struct stat one, two;
    CHECK(fstat(fd, &one) == 0 && again >= 0 && fstat(again, &two) == 0 && one.st_ino == two.st_ino, "reopened %d", again);
    CHECK(again >= 0 && fcntl(again, F_GETFD) == FD_CLOEXEC, "close-on-exec");
    if (again >= 0) close(again);
    close(fd);

    fd = open("/dev/null", O_PATH | O_CLOEXEC);
    CHECK(verify_char(fd, 1, 3) == 0 && verify_char(fd, 1, 5) == -ENXIO && verify_char(s.root, 1, 3) == -ENXIO, "/dev/null");
    close(fd);
    close(s.proc);
    s.proc = -1;
    s.closed = true;
    expect(open_proc_file(&s, "sys/kernel/ostype", O_RDONLY), EBADF, "after CLOSE_OTHERS", "sys/kernel/ostype");
}

int main(void) {
    char path[128];
    umask(0);
    if (mkdtemp(base) == NULL) abort();
    snprintf(path, sizeof path, "%s/outside", base);
    if (mkdir(path, 0755) < 0) abort();
    snprintf(path, sizeof path, "%s/root", base);
    if (mkdir(path, 0755) < 0 || (s.root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC)) < 0) abort();
    inside();
    links_upon_links();
    parents();
    procfs();
    snprintf(path, sizeof path, "rm -rf %s", base);
    CHECK(system(path) == 0, "clean up");
    return finish("path_test");
}
