/* The clients' side: what they ask, and what they are told. A client that does not read is dropped; nobody waits for it. */
#include "shim.h"
#include "sys.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

void client_drop(struct shim *shim, struct client *c) {
    if (c->fd < 0) return;
    close(c->fd);
    c->fd = -1;
    if (shim->creator == c) shim->creator = NULL;
    if (shim->deleter == c) shim->deleter = NULL;
    /* nobody waits for its programs any more */
    for (struct run *run = shim->runs; run != NULL; run = run->next) {
        if (run->client != c) continue;
        run->client = NULL;
        kill(run->pid, SIGKILL);
    }
}

void client_send(struct client *c, const void *data, size_t length, int fd) {
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec iov = {(void *)(uintptr_t)data, length};
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
    if (fd >= 0) {
        memset(&control, 0, sizeof control);
        m.msg_control = control.bytes;
        m.msg_controllen = sizeof control;
        struct cmsghdr *h = CMSG_FIRSTHDR(&m);
        h->cmsg_level = SOL_SOCKET;
        h->cmsg_type = SCM_RIGHTS;
        h->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(h), &fd, sizeof fd);
    }
    ssize_t n;
    do n = sendmsg(c->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    /* the loop sees the end of file and drops it, after what it has sent is read */
    if (n < 0) shutdown(c->fd, SHUT_RDWR);
}

void client_reply(struct client *c, uint32_t tag, int error, uint32_t value, const char *what, int fd) {
    uint32_t message[4 + 256 / 4] = {MSG_REPLY, tag, error < 0 ? (uint32_t)-error : 0, value};
    size_t n = error < 0 ? strlen(what) : 0;
    if (n > 255) n = 255;
    memcpy(message + 4, what, n);
    client_send(c, message, 17 + n, fd);
}

void client_add(struct shim *shim, int fd) {
    uint32_t count = 0, hello[3] = {MSG_HELLO, SHIM_VERSION, (uint32_t)getpid()};
    for (struct client *c = shim->clients; c != NULL; c = c->next) count++;
    struct client *c = count < MAX_CLIENTS ? malloc(sizeof *c) : NULL;
    if (c == NULL) {
        close(fd);
        return;
    }
    *c = (struct client){fd, fd == FIRST_CLIENT, shim->clients};
    shim->clients = c;
    client_send(c, hello, sizeof hello, -1);
}

static void put_time(uint32_t *words, struct timespec at) {
    words[0] = (uint32_t)at.tv_sec;
    words[1] = (uint32_t)((uint64_t)at.tv_sec >> 32);
    words[2] = (uint32_t)at.tv_nsec;
}

void tell_exit(struct shim *shim, struct process *p) {
    int error = 0;
    uint64_t lost = p->key == 0 ? log_lost(&error) : 0;
    uint32_t message[9] = {MSG_EXITED, p->key, (uint32_t)p->status, (uint32_t)lost, (uint32_t)(lost >> 32), (uint32_t)error};
    put_time(message + 6, p->at);
    for (struct client *c = shim->clients; c != NULL; c = c->next)
        if (c->fd >= 0) {
            client_send(c, message, sizeof message, -1);
            if (p->key != 0 && c->knows) p->recorded = true;
        }
}

static void tell_state(struct shim *shim, struct request_data *r) {
    r->from->knows = true;
    for (struct process *p = shim->processes; p != NULL; p = p->next) {
        int error = 0;
        uint64_t lost = p->key == 0 ? log_lost(&error) : 0;
        uint32_t flags = (p->started ? PROCESS_STARTED : 0u) | (p->ended ? PROCESS_ENDED : 0u) |
                         (p->terminal >= 0 ? PROCESS_TERMINAL : 0u) | (p->input >= 0 ? PROCESS_STDIN : 0u);
        uint32_t message[11 + EXEC_ID / 4] = {MSG_PROCESS, p->key, (uint32_t)p->pid, flags, (uint32_t)p->status,
                                              (uint32_t)lost, (uint32_t)(lost >> 32), (uint32_t)error};
        put_time(message + 8, p->at);
        size_t n = strlen(p->exec_id);
        memcpy(message + 11, p->exec_id, n);
        client_send(r->from, message, 45 + n, -1);
        if (p->key != 0 && p->ended) p->recorded = true;
    }
}

/* descriptors: one for each output stream. The reply carries standard input, or the terminal. */
static int attach(struct process *p, struct request_data *r, int *fd) {
    for (uint32_t i = 0; i < r->fd_count && i < 2; i++) {
        if (!stream_attach(&p->streams[i], r->fds[i])) return -ENOMEM;
        r->fds[i] = -1;
    }
    *fd = p->terminal >= 0 ? p->terminal : p->input;
    return 0;
}

static int resize(struct process *p, const struct request_data *r) {
    struct winsize size = {.ws_row = (unsigned short)r->words[1], .ws_col = (unsigned short)r->words[2]};
    if (p->terminal < 0) return -ENOTTY;
    return SYS(SYS_ioctl, p->terminal, TIOCSWINSZ, &size);
}

static int to_process(struct shim *shim, struct request_data *r, int *fd) {
    static const uint32_t words[] = {[REQ_STARTED] = 1, [REQ_ATTACH] = 1, [REQ_CLOSE_STDIN] = 1, [REQ_RESIZE] = 3, [REQ_SIGNAL] = 2};
    if (r->word_count != words[r->kind]) return -EBADMSG;
    struct process *p = process_find(shim, r->words[0]);
    if (p == NULL) return -ESRCH;
    switch (r->kind) {
    case REQ_STARTED: p->started = true; return 0;
    case REQ_ATTACH: return attach(p, r, fd);
    case REQ_CLOSE_STDIN:
        if (p->input >= 0 && p->terminal < 0) {
            close(p->input);
            p->input = -1;
        }
        return 0;
    case REQ_RESIZE: return resize(p, r);
    /* the child was not reaped, so the number is its own */
    default: return p->ended ? -ESRCH : SYS(SYS_kill, p->pid, r->words[1]);
    }
}

static void serve(struct shim *shim, struct request_data *r) {
    uint32_t value = 0;
    int fd = -1, result = -ENOSYS;
    bool lend = false;
    const char *what = "request";
    switch (r->kind) {
    case REQ_HOLD: result = process_hold(shim, r, &value, &what); break;
    case REQ_INIT:
        result = spawn_init(r, &fd, &what);
        value = result > 0 ? (uint32_t)result : 0;
        break;
    case REQ_RUN:
        result = spawn_run(shim, r, &fd, &what);
        value = result > 0 ? (uint32_t)result : 0;
        break;
    case REQ_NAMESPACE: result = enter_namespace(r, &what); break;
    case REQ_JOIN: result = join_groups(r, &what); break;
    case REQ_STATE:
        tell_state(shim, r);
        result = 0;
        break;
    case REQ_DELETE:
        /* answered when all is over */
        shim->ending = true;
        shim->deleter = r->from;
        shim->deleter_tag = r->tag;
        return;
    case REQ_STARTED:
    case REQ_ATTACH:
    case REQ_CLOSE_STDIN:
    case REQ_RESIZE:
    case REQ_SIGNAL:
        what = "process";
        result = to_process(shim, r, &fd);
        lend = true;
        break;
    default: break;
    }
    client_reply(r->from, r->tag, result, value, what, fd);
    if (fd >= 0 && !lend) close(fd);
}

/* How many words follow kind and tag; the rest of the message is text. */
static uint32_t words_of(uint32_t kind) {
    switch (kind) {
    case REQ_HOLD: return 6;
    case REQ_RUN: return 2;
    case REQ_SIGNAL: return 2;
    case REQ_RESIZE: return 3;
    case REQ_NAMESPACE:
    case REQ_STARTED:
    case REQ_ATTACH:
    case REQ_CLOSE_STDIN: return 1;
    default: return 0;
    }
}

static void understand(struct shim *shim, struct client *c, const uint32_t *message, size_t length, struct request_data *r) {
    size_t words = length / 4;
    r->from = c;
    if (words < 2) return client_drop(shim, c);
    r->kind = message[0];
    r->tag = message[1];
    r->words = message + 2;
    r->word_count = words_of(r->kind);
    r->text = (const char *)(message + 2 + r->word_count);
    if (words < 2 + r->word_count) return client_drop(shim, c);
    r->text_length = (uint32_t)(length - 8 - 4 * r->word_count);
    /* so that no string can run over */
    if (r->text_length > 0 && r->text[r->text_length - 1] != 0) return client_drop(shim, c);
    serve(shim, r);
}

void client_receive(struct shim *shim, struct client *c) {
    static uint32_t message[MAX_REQUEST / 4];
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * MAX_FDS)];
    } control;
    struct request_data r = {0};
    struct iovec iov = {message, sizeof message};
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control};
    ssize_t n = recvmsg(c->fd, &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) return;
    struct cmsghdr *h = n < 0 ? NULL : CMSG_FIRSTHDR(&m);
    if (h != NULL && h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_RIGHTS) {
        r.fd_count = (uint32_t)((h->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        memcpy(r.fds, CMSG_DATA(h), r.fd_count * sizeof(int));
    }
    if (n <= 0 || (m.msg_flags & (MSG_TRUNC | MSG_CTRUNC))) client_drop(shim, c);
    else understand(shim, c, message, (size_t)n, &r);
    for (uint32_t i = 0; i < r.fd_count; i++)
        if (r.fds[i] >= 0) close(r.fds[i]);
}
