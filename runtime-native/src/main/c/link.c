/* The socket to the engine: one message a packet, descriptors beside it. */
#include "init.h"
#include "sys.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

union control {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(int) * FDS_PER_MESSAGE)];
};

void detail(struct state *s, const char *text) {
    size_t n = strlen(text);
    if (n >= sizeof s->detail) n = sizeof s->detail - 1;
    memcpy(s->detail, text, n);
    s->detail[n] = 0;
}

/* Words of the message in `words`, descriptors in `fds`. 0 words: end of file. */
static int receive(struct state *s, uint32_t words[4], int fds[FDS_PER_MESSAGE], uint32_t *fd_count) {
    union control control;
    struct iovec iov = {words, 4 * sizeof(uint32_t)};
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control};
    ssize_t n;
    *fd_count = 0;
    do n = recvmsg(s->socket, &m, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    if (n < 0) return errno == ECONNRESET ? 0 : -errno;
    if (m.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) return -EMSGSIZE;
    /* the kernel puts all descriptors of a message into one header; credentials are not asked for */
    struct cmsghdr *h = CMSG_FIRSTHDR(&m);
    if (h != NULL && h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_RIGHTS) {
        uint32_t count = (uint32_t)((h->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        if (count > FDS_PER_MESSAGE) return -EMSGSIZE;
        memcpy(fds, CMSG_DATA(h), count * sizeof(int));
        *fd_count = count;
    }
    if (n == 0) return 0;
    return n == 4 * (ssize_t)sizeof(uint32_t) ? 4 : -EBADMSG;
}

static int fill_slots(struct state *s, uint32_t first, uint32_t count, const int *fds, uint32_t fd_count) {
    if (count != fd_count || first > MAX_SLOTS || count > MAX_SLOTS - first) return -EBADMSG;
    for (uint32_t i = 0; i < count; i++) {
        /* one below would be taken for stdio: it was closed when init was started */
        if (s->slots[first + i] >= 0 || fds[i] <= SOCKET_FD) return -EBADMSG;
        s->slots[first + i] = fds[i];
    }
    return 0;
}

/* SLOTS messages, then PLAN, whose first descriptor is the plan. 1: the engine is gone. 2: NAMESPACES came, and more has to. */
int link_receive_plan(struct state *s, int *plan_fd, uint32_t *ahead) {
    for (;;) {
        uint32_t words[4], count;
        int fds[FDS_PER_MESSAGE];
        int r = receive(s, words, fds, &count);
        if (r == 0) return 1;
        if (r < 0) return r;
        if (words[0] == MSG_SLOTS) {
            r = fill_slots(s, words[2], words[3], fds, count);
            if (r < 0) return r;
            continue;
        }
        if (words[0] == MSG_NAMESPACES && words[1] == PLAN_VERSION && words[3] == 0 && count == 0) {
            *ahead = words[2];
            return 2;
        }
        if (words[0] != MSG_PLAN || words[1] != PLAN_VERSION || count == 0) return -EBADMSG;
        *plan_fd = fds[0];
        if (*plan_fd <= SOCKET_FD) return -EBADMSG;
        return fill_slots(s, words[2], words[3], fds + 1, count - 1);
    }
}

int link_barrier(struct state *s, uint32_t barrier) {
    uint32_t at[2] = {MSG_AT_BARRIER, barrier};
    int r = link_send(s, at, sizeof at, -1);
    if (r < 0) return r;
    for (;;) {
        uint32_t words[4], count;
        int fds[FDS_PER_MESSAGE];
        r = receive(s, words, fds, &count);
        if (r == 0) _exit(EXIT_ABORTED);
        if (r < 0) return r;
        bool release = words[0] == MSG_RELEASE && words[1] == barrier;
        if (!release && words[0] != MSG_SLOTS) return -EBADMSG;
        r = fill_slots(s, words[2], words[3], fds, count);
        if (r < 0 || release) return r;
    }
}

int link_send(struct state *s, const void *data, size_t length, int fd) {
    int r = link_try_send(s->socket, data, length, fd);
    /* ECONNRESET: the engine is gone and left messages unread */
    if (r == -EPIPE || r == -ECONNRESET) _exit(EXIT_ABORTED);
    return r;
}

int link_try_send(int socket, const void *data, size_t length, int fd) {
    if (fd < 0) {
        int r = SYS(SYS_sendto, socket, data, length, MSG_NOSIGNAL, NULL, 0);
        return r < 0 ? r : 0;
    }
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    memset(&control, 0, sizeof control);
    struct iovec iov = {(void *)(uintptr_t)data, length};
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control};
    struct cmsghdr *h = CMSG_FIRSTHDR(&m);
    h->cmsg_level = SOL_SOCKET;
    h->cmsg_type = SCM_RIGHTS;
    h->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(h), &fd, sizeof fd);
    ssize_t n;
    do n = sendmsg(socket, &m, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : 0;
}

bool link_is_closed(struct state *s) {
    struct pollfd p = {.fd = s->socket, .events = POLLRDHUP};
    return poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLRDHUP | POLLERR)) != 0;
}

void link_failed(struct state *s, int error) {
    uint32_t message[4 + sizeof s->detail / 4] = {MSG_FAILED, s->index, s->code, (uint32_t)-error};
    size_t n = strlen(s->detail) + 1;
    memcpy(message + 4, s->detail, n);
    link_send(s, message, 4 * sizeof(uint32_t) + n, -1);
}
