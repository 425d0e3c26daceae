/*
 * Does only the kernel's part of a container run and prints the median of many in milliseconds: an overlay on a given root
 * filesystem, a process in new mount, uts, ipc, pid and network namespaces, a group in every cgroup hierarchy, /proc, /dev and /sys, pivot_root,
 * exec of `true`, wait, and everything removed again. No engine that does the same can be quicker.
 *
 * Usage: floor ROOTFS RUNS
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_GROUPS = 32 };
static char groups[MOST_GROUPS][PATH_MAX];
static int count;
static char work[] = "/tmp/felucca-floor-XXXXXX";

static void fail(const char *what) {
    fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
    exit(1);
}

#define TRY(call)                   \
    do {                            \
        if ((call) < 0) fail(#call); \
    } while (0)

static void write_file(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) < 0) fail(path);
    close(fd);
}

static void read_file(const char *path, char *text, size_t size) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);
    if (n < 0) fail(path);
    text[n] = 0;
    close(fd);
}

/* Where a group is made in each mounted hierarchy that has controllers; one with a name only (systemd's) is left out. */
static void find_groups(void) {
    char line[8192];
    FILE *mounts = fopen("/proc/self/mountinfo", "re");
    if (!mounts) fail("/proc/self/mountinfo");
    while (fgets(line, sizeof line, mounts) && count < MOST_GROUPS) {
        char at[PATH_MAX], type[64], options[1024];
        char *dash = strstr(line, " - ");
        if (!dash || sscanf(line, "%*s %*s %*s %*s %4095s", at) != 1) continue;
        if (sscanf(dash, " - %63s %*s %1023s", type, options) != 2) continue;
        int v1 = !strcmp(type, "cgroup") && !strstr(options, "name=");
        int v2 = !strcmp(type, "cgroup2") && !strcmp(at, "/sys/fs/cgroup");
        if (v1 || v2) snprintf(groups[count++], PATH_MAX, "%.4000s/felucca-floor-%d", at, (int)getpid());
    }
    fclose(mounts);
}

static void make_groups(pid_t pid) {
    char path[PATH_MAX + 32], text[4096], id[16];
    static const char *const copied[] = {"cpuset.cpus", "cpuset.mems"};
    snprintf(id, sizeof id, "%d", (int)pid);
    for (int i = 0; i < count; i++) {
        TRY(mkdir(groups[i], 0755));
        for (int k = 0; k < 2; k++) {
            snprintf(path, sizeof path, "%.4000s/%s", groups[i], copied[k]);
            if (access(path, F_OK) != 0) continue;
            char parent[PATH_MAX + 32];
            snprintf(parent, sizeof parent, "%.4000s", groups[i]);
            snprintf(strrchr(parent, '/'), 32, "/%s", copied[k]);
            if (access(parent, F_OK) != 0) continue; /* the root group of v2 has none */
            read_file(parent, text, sizeof text);
            write_file(path, text);
        }
        snprintf(path, sizeof path, "%.4000s/cgroup.procs", groups[i]);
        write_file(path, id);
    }
}

static void remove_groups(void) {
    for (int i = 0; i < count; i++) TRY(rmdir(groups[i]));
}

static _Noreturn void contained(int placed) {
    char byte;
    if (read(placed, &byte, 1) != 1) _exit(1);
    TRY(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
    TRY(chdir("merged"));
    TRY(mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL));
    TRY(mount("tmpfs", "dev", "tmpfs", MS_NOSUID, "mode=755,size=65536k"));
    TRY(mount("sysfs", "sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, NULL));
    TRY(syscall(SYS_pivot_root, ".", "."));
    TRY(umount2(".", MNT_DETACH));
    TRY(chdir("/"));
    TRY(sethostname("floor", 5));
    execl("/bin/true", "true", (char *)NULL);
    fail("exec /bin/true");
    _exit(1);
}

static void run(const char *options) {
    int placed[2], status;
    TRY(mkdir("upper", 0755));
    TRY(mkdir("work", 0755));
    TRY(mkdir("merged", 0755));
    TRY(mount("overlay", "merged", "overlay", 0, options));
    TRY(pipe2(placed, O_CLOEXEC));
    pid_t pid = (pid_t)syscall(SYS_clone, CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET | SIGCHLD, 0, 0, 0, 0);
    if (pid < 0) fail("clone");
    if (pid == 0) {
        close(placed[1]);
        contained(placed[0]);
    }
    make_groups(pid);
    TRY(write(placed[1], "", 1));
    TRY(waitpid(pid, &status, 0));
    if (status != 0) {
        fprintf(stderr, "floor: the contained program failed (wait status %d)\n", status);
        exit(1);
    }
    close(placed[0]);
    close(placed[1]);
    remove_groups();
    TRY(umount2("merged", 0));
    TRY(rmdir("merged"));
    TRY(rmdir("work/work"));
    TRY(rmdir("work"));
    static const char *const made[] = {"upper/proc", "upper/dev", "upper/sys", "upper"};
    for (int i = 0; i < 4; i++)
        if (rmdir(made[i]) != 0 && errno != ENOENT) fail(made[i]);
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    int runs = argc == 3 ? atoi(argv[2]) : 0;
    char root[PATH_MAX], options[PATH_MAX + 64];
    if (runs < 1 || !realpath(argv[1], root)) {
        fprintf(stderr, "Usage: floor ROOTFS RUNS\n");
        return 2;
    }
    snprintf(options, sizeof options, "lowerdir=%s,upperdir=upper,workdir=work", root);
    find_groups();
    if (!mkdtemp(work)) fail("mkdtemp");
    TRY(chdir(work));
    double *ms = calloc((size_t)runs, sizeof *ms);
    if (!ms) fail("calloc");
    for (int i = 0; i < runs; i++) {
        struct timespec a, b;
        clock_gettime(CLOCK_MONOTONIC, &a);
        run(options);
        clock_gettime(CLOCK_MONOTONIC, &b);
        ms[i] = (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6;
    }
    TRY(chdir("/"));
    TRY(rmdir(work));
    qsort(ms, (size_t)runs, sizeof *ms, by_value);
    printf("%.2f\n", ms[runs / 2]);
    return 0;
}
