/* felucca-shim: the loop. One thread; it waits for children, clients, output, and for those who take output. */
#include "shim.h"
#include "sys.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* What a poll entry stands for. */
struct watch {
    struct client *client;
    struct stream *stream;
    bool output; /* the stream itself, else a sink of it */
};

static struct pollfd *polls;
static struct watch *watches;
static unsigned room;

static bool watch(unsigned *n, int fd, short events, struct watch what) {
    if (*n == room) {
        unsigned more = room == 0 ? 16 : 2 * room;
        struct pollfd *p = realloc(polls, more * sizeof *polls);
        if (p != NULL) polls = p;
        struct watch *w = realloc(watches, more * sizeof *watches);
        if (w != NULL) watches = w;
        if (p == NULL || w == NULL) return false; /* this one has to wait */
        room = more;
    }
    polls[*n] = (struct pollfd){fd, events, 0};
    watches[(*n)++] = what;
    return true;
}

static unsigned watch_all(struct shim *shim) {
    unsigned n = 0;
    watch(&n, shim->signals, POLLIN, (struct watch){0});
    if (shim->listener >= 0) watch(&n, shim->listener, POLLIN, (struct watch){0});
    for (struct client *c = shim->clients; c != NULL; c = c->next)
        watch(&n, c->fd, POLLIN, (struct watch){.client = c});
    for (struct process *p = shim->processes; p != NULL; p = p->next) {
        for (int i = 0; i < 2; i++) {
            struct stream *s = &p->streams[i];
            if (s->fd >= 0 && s->held == NULL) watch(&n, s->fd, POLLIN, (struct watch){.stream = s, .output = true});
            /* one that is not behind is watched too, for POLLERR: its reader may go */
            for (struct sink *sink = s->sinks; sink != NULL; sink = sink->next)
                watch(&n, sink->fd, sink->done < s->held_length ? POLLOUT : 0, (struct watch){.stream = s});
        }
    }
    return n;
}

static void handle_signals(struct shim *shim) {
    struct signalfd_siginfo info;
    while (read(shim->signals, &info, sizeof info) == (ssize_t)sizeof info)
        if (info.ssi_signo == SIGHUP && shim->directory >= 0) process_listen(shim);
    process_reap(shim);
}

static void handle(struct shim *shim, const struct pollfd *poll, const struct watch *what) {
    if (what->client != NULL) {
        if (what->client->fd == poll->fd) client_receive(shim, what->client);
    } else if (what->stream == NULL) {
        if (poll->fd == shim->listener) {
            int fd = accept4(shim->listener, NULL, NULL, SOCK_CLOEXEC);
            if (fd >= 0) client_add(shim, fd);
        }
    } else if (what->output) {
        if (what->stream->fd == poll->fd) stream_read(what->stream);
    } else if (poll->revents & POLLERR) {
        stream_lose(what->stream, poll->fd);
    } else {
        stream_flush(what->stream);
    }
}

static bool is_quiet(const struct process *p) {
    return p->ended && p->streams[0].sinks == NULL && p->streams[1].sinks == NULL;
}

/* Clients that are gone, and execs whose end was told and that nobody listens to any more. */
static void sweep(struct shim *shim) {
    for (struct client **c = &shim->clients; *c != NULL;) {
        struct client *gone = *c;
        if (gone->fd >= 0) {
            c = &gone->next;
            continue;
        }
        *c = gone->next;
        free(gone);
    }
    for (struct process **p = &shim->processes; *p != NULL;) {
        struct process *gone = *p;
        if (gone->key == 0 || !gone->recorded || !is_quiet(gone)) {
            p = &gone->next;
            continue;
        }
        *p = gone->next;
        free(gone);
    }
}

static bool has_children(void) {
    siginfo_t info;
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

/* Whether there is nothing left to hold. */
static bool is_over(struct shim *shim) {
    struct process *init = process_find(shim, 0);
    /* for an engine to come: one that is here was told, and if it goes without a word the record is made then */
    if (init != NULL && init->started && init->ended && !init->recorded && shim->clients == NULL) process_record(shim, init);
    bool abandoned = init == NULL ? shim->clients == NULL : !init->started && shim->creator == NULL;
    if (abandoned) shim->ending = true;
    if (shim->ending) {
        /* each end wakes the loop, and with it come the orphans */
        kill_children();
        process_reap(shim);
        return !has_children();
    }
    return init != NULL && init->started && init->recorded && shim->clients == NULL && is_quiet(init) && !has_children();
}

static int reset(struct shim *shim) {
    sigset_t set;
    sigfillset(&set);
    for (int n = 1; n < 65; n++)
        if (n != SIGKILL && n != SIGSTOP) signal(n, SIG_DFL);
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGHUP);
    shim->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    sigaddset(&set, SIGPIPE); /* blocked, so that a write to nobody is only an error */
    if (shim->signals < 0 || sigprocmask(SIG_SETMASK, &set, NULL) < 0) return -errno;
    umask(077);
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0 || prctl(PR_SET_NAME, "felucca-shim", 0, 0, 0) < 0) return -errno;
    return setsid() < 0 || chdir("/") < 0 ? -errno : 0;
}

int main(int argc, char **argv) {
    static struct shim shim = {.directory = -1, .listener = -1, .next_key = 1};
    struct stat st;
    (void)argv;
    if (argc != 1 || fstat(FIRST_CLIENT, &st) < 0 || !S_ISSOCK(st.st_mode)) {
        fprintf(stderr, "felucca-shim is started by Felucca, with a socket as descriptor %d\n", FIRST_CLIENT);
        return 1;
    }
    if (SYS(NR_close_range, FIRST_CLIENT + 1, ~0u, 0) < 0 || SYS(SYS_fcntl, FIRST_CLIENT, F_SETFD, FD_CLOEXEC) < 0) return 1;
    if (reset(&shim) < 0) return 1;
    client_add(&shim, FIRST_CLIENT);
    for (;;) {
        sweep(&shim);
        if (is_over(&shim)) break;
        unsigned n = watch_all(&shim);
        if (poll(polls, n, -1) < 0 && errno != EINTR) return 1;
        /* ends first: a process's last output is then in its pipe */
        if (polls[0].revents != 0) handle_signals(&shim);
        for (unsigned i = 1; i < n; i++)
            if (polls[i].revents != 0) handle(&shim, &polls[i], &watches[i]);
    }
    if (shim.directory >= 0) unlinkat(shim.directory, "socket", 0);
    if (shim.deleter != NULL) client_reply(shim.deleter, shim.deleter_tag, 0, 0, "", -1);
    return 0;
}
