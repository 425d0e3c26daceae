/* Children: felucca-init, and programs such as OCI runtimes. */
#include "shim.h"
#include "sys.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* In the child, whose memory is the shim's (vfork). The shim's dispositions are the default ones. */
static void become(const char *file, char **argv, char **envp, const int *fds, uint32_t count, volatile int *error) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (uint32_t i = 0; i < count; i++)
        if (dup2(fds[i], (int)i) < 0) goto failed;
    /* by number: a descriptor below count would keep its close-on-exec flag if it was there already */
    for (uint32_t i = 0; i < count; i++) fcntl((int)i, F_SETFD, 0);
    execve(file, argv, envp);
failed:
    *error = errno;
    _exit(127);
}

static int spawn(const char *file, char **argv, char **envp, const int *fds, uint32_t count) {
    volatile int error = 0;
    pid_t pid = vfork();
    if (pid == 0) become(file, argv, envp, fds, count, &error);
    if (pid < 0) return -errno;
    if (error == 0) return pid;
    waitpid(pid, NULL, __WALL);
    return -error;
}

/* The descriptors that a child gets must be above those that they become. */
static int lift(int *fds, uint32_t count, int above) {
    for (uint32_t i = 0; i < count; i++) {
        if (fds[i] >= above) continue;
        int fd = SYS(SYS_fcntl, fds[i], F_DUPFD_CLOEXEC, above);
        if (fd < 0) return fd;
        close(fds[i]);
        fds[i] = fd;
    }
    return 0;
}

int spawn_init(struct request_data *r, int *socket, const char **what) {
    char file[40];
    char *argv[] = {(char *)(uintptr_t)"felucca-init", NULL}, *envp[] = {NULL};
    *what = "felucca-init";
    if (r->fd_count != 1) return -EBADMSG;
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) return -errno;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC), pid = null < 0 ? -errno : 0;
    if (pid == 0) pid = lift(&null, 1, 4);
    if (pid == 0) pid = lift(r->fds, 1, 4);
    if (pid == 0) pid = lift(&pair[1], 1, 4);
    snprintf(file, sizeof file, "/proc/self/fd/%d", r->fds[0]);
    if (pid == 0) pid = spawn(file, argv, envp, (int[]){null, null, null, pair[1]}, 4);
    if (null >= 0) close(null);
    close(pair[1]);
    *socket = pair[0];
    if (pid < 0) {
        close(pair[0]);
        *socket = -1;
    }
    return pid;
}

/* Strings into a vector; NULL when they are used up too early. */
static const char *vector(const char *text, const char *end, char **out, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (text == NULL || text >= end) return NULL;
        out[i] = (char *)(uintptr_t)text;
        text += strlen(text) + 1;
    }
    out[count] = NULL;
    return text;
}

/* words: arguments, environment. text: the file, arguments, environment. descriptors: 0, 1, 2. */
int spawn_run(struct shim *shim, struct request_data *r, int *pidfd, const char **what) {
    *what = "run";
    if (r->word_count != 2 || r->fd_count != 3 || r->text_length == 0) return -EBADMSG;
    uint32_t arguments = r->words[0], variables = r->words[1], runs = 0;
    if (arguments > r->text_length || variables > r->text_length) return -EBADMSG;
    for (struct run *other = shim->runs; other != NULL; other = other->next) runs++;
    if (runs >= MAX_RUNS) return -EAGAIN;
    int error = lift(r->fds, 3, 3);
    if (error < 0) return error;
    struct run *run = malloc(sizeof *run);
    char **strings = calloc(arguments + variables + 2, sizeof *strings);
    error = run == NULL || strings == NULL ? -ENOMEM : 0;
    if (error == 0) {
        const char *end = r->text + r->text_length, *file = r->text;
        const char *at = vector(file + strlen(file) + 1, end, strings, arguments);
        if (vector(at, end, strings + arguments + 1, variables) == NULL && arguments + variables > 0) error = -EBADMSG;
        *what = file;
        if (error == 0) error = spawn(file, strings, strings + arguments + 1, r->fds, 3);
    }
    free(strings);
    if (error < 0) {
        free(run);
        return error;
    }
    *run = (struct run){error, r->tag, r->from, shim->runs};
    shim->runs = run;
    *pidfd = SYS(SYS_pidfd_open, error, 0);
    return error;
}

/* descriptors: a file of each group, in which a process of one thread writes itself. */
int join_groups(struct request_data *r, const char **what) {
    *what = "control group";
    for (uint32_t i = 0; i < r->fd_count; i++)
        if (write(r->fds[i], "0", 1) != 1) return -errno;
    return 0;
}

/* words: how many to unmount. text: those, then where the root is to be mounted. descriptor: the root, detached. */
int enter_namespace(struct request_data *r, const char **what) {
    *what = "namespace";
    if (r->word_count != 1 || r->fd_count > 1) return -EBADMSG;
    *what = "unshare";
    int error = SYS(SYS_unshare, CLONE_NEWNS);
    *what = "mount propagation";
    if (error >= 0) error = mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0 ? -errno : 0;
    const char *at = r->text, *end = r->text + r->text_length;
    for (uint32_t i = 0; error >= 0 && i < r->words[0]; i++) {
        if (at >= end) return -EBADMSG;
        *what = at;
        if (umount2(at, MNT_DETACH) < 0) error = -errno;
        at += strlen(at) + 1;
    }
    if (error >= 0 && r->fd_count == 1) {
        if (at >= end) return -EBADMSG;
        *what = at;
        error = SYS(NR_move_mount, r->fds[0], "", AT_FDCWD, at, MOVE_F_EMPTY);
    }
    return error;
}
