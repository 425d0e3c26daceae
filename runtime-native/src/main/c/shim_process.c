/* What the shim holds: init and execs, their ends, and the record of init's. */
#include "shim.h"
#include "sys.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

struct process *process_find(struct shim *shim, uint32_t key) {
    for (struct process *p = shim->processes; p != NULL; p = p->next)
        if (p->key == key) return p;
    return NULL;
}

/* The socket for engines to come; bound through the directory's descriptor, for a path holds 107 bytes. */
int process_listen(struct shim *shim) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/socket", shim->directory);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    unlinkat(shim->directory, "socket", 0);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 16) < 0) {
        int error = errno;
        close(fd);
        return -error;
    }
    if (shim->listener >= 0) close(shim->listener);
    shim->listener = fd;
    return 0;
}

static void ended(struct shim *shim, struct process *p, int status) {
    clock_gettime(CLOCK_REALTIME, &p->at);
    p->ended = true;
    p->status = status;
    for (int i = 0; i < 2; i++) stream_finish(&p->streams[i]);
    if (p->input >= 0) close(p->input);
    if (p->terminal >= 0) close(p->terminal);
    p->input = p->terminal = -1;
    tell_exit(shim, p);
}

static void forget_strangers(struct shim *shim, int pid, int status) {
    shim->strangers[shim->stranger].pid = pid;
    shim->strangers[shim->stranger].status = status;
    shim->stranger = (shim->stranger + 1) % MAX_STRANGERS;
}

void process_reap(struct shim *shim) {
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0) {
        struct process *p = shim->processes;
        while (p != NULL && (p->pid != pid || p->ended)) p = p->next;
        struct run **run = &shim->runs;
        while (*run != NULL && (*run)->pid != pid) run = &(*run)->next;
        if (p != NULL) {
            ended(shim, p, status);
        } else if (*run != NULL) {
            struct run *over = *run;
            uint32_t message[3] = {MSG_RUN_ENDED, over->tag, (uint32_t)status};
            *run = over->next;
            if (over->client != NULL) client_send(over->client, message, sizeof message, -1);
            free(over);
        } else {
            forget_strangers(shim, pid, status);
        }
    }
}

/* Its status if the pid is of a child that has ended already; -1 if it lives; -ECHILD for any other. */
static int stranger(struct shim *shim, int pid) {
    siginfo_t info = {0};
    if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0) return -1;
    for (uint32_t i = 0; i < MAX_STRANGERS; i++) {
        if (shim->strangers[i].pid != pid) continue;
        shim->strangers[i].pid = 0;
        return shim->strangers[i].status;
    }
    return -ECHILD;
}

static struct process *process_new(struct shim *shim, uint32_t key, int pid) {
    struct process *p = calloc(1, sizeof *p);
    if (p == NULL) return NULL;
    p->key = key;
    p->pid = pid;
    p->input = p->terminal = -1;
    p->next = shim->processes;
    shim->processes = p;
    return p;
}

static int next_descriptor(struct request_data *r, uint32_t *at) {
    if (*at >= r->fd_count) return -EBADMSG;
    int fd = r->fds[*at];
    r->fds[(*at)++] = -1; /* not the request's to close any more */
    return fd;
}

/* Gives the request's descriptors to the process, in the protocol's order. */
static int take_descriptors(struct process *p, struct request_data *r, uint32_t at, uint32_t flags) {
    bool logged = (flags & HOLD_LOG) != 0, terminal = (flags & HOLD_TERMINAL) != 0;
    int error = 0;
    for (int i = 0; i < 2; i++) stream_open(&p->streams[i], -1, i == 1, false);
    if (terminal) {
        error = p->terminal = next_descriptor(r, &at);
        int copy = error < 0 ? error : SYS(SYS_fcntl, p->terminal, F_DUPFD_CLOEXEC, 0);
        if (copy >= 0) stream_open(&p->streams[0], copy, false, logged);
        error = copy;
        if (error >= 0 && (flags & HOLD_STDIN)) error = p->input = SYS(SYS_fcntl, p->terminal, F_DUPFD_CLOEXEC, 0);
    } else {
        if (flags & HOLD_STDIN) error = p->input = next_descriptor(r, &at);
        for (int i = 0; i < 2 && error >= 0; i++) {
            error = next_descriptor(r, &at);
            if (error >= 0) stream_open(&p->streams[i], error, i == 1, logged);
        }
    }
    /* those that are attached from the beginning */
    for (int i = 0; error >= 0 && i < (terminal ? 1 : 2) && at < r->fd_count; i++) {
        int sink = next_descriptor(r, &at);
        if (!stream_attach(&p->streams[i], sink)) {
            close(sink);
            error = -ENOMEM;
        }
    }
    return error < 0 ? error : 0;
}

/* words: role, pid, flags, files, size (2). text: the log's name or the exec's id. */
int process_hold(struct shim *shim, struct request_data *r, uint32_t *key, const char **what) {
    *what = "hold";
    if (r->word_count != 6 || r->text_length == 0 || r->words[0] > 1) return -EBADMSG;
    bool init = r->words[0] == 0;
    uint32_t flags = r->words[2], first = init ? 1 + ((flags & HOLD_LOG) != 0) : 0, count = 0;
    for (struct process *p = shim->processes; p != NULL; p = p->next) count++;
    if (strlen(r->text) >= EXEC_ID || r->fd_count < first) return -EBADMSG;
    if (init == shim->held) return init ? -EEXIST : -ENOENT;
    if (count >= MAX_PROCESSES) return -EAGAIN;
    int status = stranger(shim, (int)r->words[1]);
    *what = "process";
    if (status == -ECHILD) return status;
    if (init) {
        shim->directory = r->fds[0];
        *what = "socket";
        int error = process_listen(shim);
        if (error < 0) {
            shim->directory = -1;
            return error;
        }
        r->fds[0] = -1;
        if (flags & HOLD_LOG) {
            log_open(r->fds[1], r->text, r->words[4] | (uint64_t)r->words[5] << 32, r->words[3]);
            r->fds[1] = -1;
        }
        shim->held = true;
        shim->creator = r->from;
    }
    *what = "descriptors";
    *key = init ? 0 : shim->next_key++;
    struct process *p = process_new(shim, *key, (int)r->words[1]);
    if (p == NULL) return -ENOMEM;
    if (!init) memcpy(p->exec_id, r->text, strlen(r->text) + 1);
    int error = take_descriptors(p, r, first, flags);
    if (status != -1) ended(shim, p, status);
    return error;
}

/*
 * The end of init, for an engine that was not there: written, synced, renamed, synced. A directory that is full is no end of
 * it: the shim then stays until an engine has heard of it. In one that was removed nobody would look.
 */
int process_record(struct shim *shim, struct process *p) {
    char text[160];
    int log_error;
    uint64_t lost = log_lost(&log_error);
    int n = snprintf(text, sizeof text, "1 %d %d %lld %ld %llu %d\n", p->pid, p->status, (long long)p->at.tv_sec,
                     p->at.tv_nsec, (unsigned long long)lost, log_error);
    int fd = openat(shim->directory, "exit.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        p->recorded = errno == ENOENT;
        return -errno;
    }
    bool written = write(fd, text, (size_t)n) == n && fsync(fd) == 0;
    close(fd);
    if (!written || renameat(shim->directory, "exit.new", shim->directory, "exit") < 0) {
        unlinkat(shim->directory, "exit.new", 0);
        return -EIO;
    }
    p->recorded = true;
    int directory = openat(shim->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory >= 0) {
        fsync(directory);
        close(directory);
    }
    return 0;
}

/* SIGKILL to all children. Orphans of theirs become children, and are seen when this is called again. */
void kill_children(void) {
    char path[64], text[4096];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    if (n <= 0) return;
    text[n] = 0;
    for (char *at = text, *end; *at != 0; at = end) {
        long pid = strtol(at, &end, 10);
        /* a number cut off at the end of the text would be another's */
        if (end == at || *end != ' ') break;
        if (pid > 0) kill((pid_t)pid, SIGKILL);
    }
}
