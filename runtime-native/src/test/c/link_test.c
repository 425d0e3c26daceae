/* The handshake against an engine that errs, dies, or sends many descriptors. */
#include "check.h"
#include "init.h"
#include "sys.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

static struct state s;
static int engine;

static void connect_pair(void) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) abort();
    engine = pair[0];
    s.socket = pair[1];
    for (unsigned i = 0; i < MAX_SLOTS; i++) s.slots[i] = -1;
}

static void disconnect(void) {
    if (engine >= 0) close(engine);
    close(s.socket);
    for (unsigned i = 0; i < MAX_SLOTS; i++)
        if (s.slots[i] >= 0) close(s.slots[i]);
}

static void send_words(const uint32_t *words, size_t bytes, unsigned fds) {
    char control[CMSG_SPACE(sizeof(int) * FDS_PER_MESSAGE)] __attribute__((aligned(8))) = {0};
    struct iovec iov = {(void *)(uintptr_t)words, bytes};
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
    if (fds > 0) {
        m.msg_control = control;
        m.msg_controllen = CMSG_SPACE(sizeof(int) * fds);
        struct cmsghdr *h = CMSG_FIRSTHDR(&m);
        h->cmsg_level = SOL_SOCKET;
        h->cmsg_type = SCM_RIGHTS;
        h->cmsg_len = CMSG_LEN(sizeof(int) * fds);
        for (unsigned i = 0; i < fds; i++) memcpy(CMSG_DATA(h) + i * sizeof(int), &engine, sizeof(int));
    }
    if (sendmsg(engine, &m, MSG_NOSIGNAL) != (ssize_t)bytes) abort();
}

static void message(uint32_t kind, uint32_t second, uint32_t first, uint32_t n, unsigned fds) {
    uint32_t words[4] = {kind, second, first, n};
    send_words(words, sizeof words, fds);
}

static int plan_fd;
static uint32_t ahead;
static int receive_plan(void) {
    plan_fd = -1;
    return link_receive_plan(&s, &plan_fd, &ahead);
}

static int filled(void) {
    int n = 0;
    for (unsigned i = 0; i < MAX_SLOTS; i++) n += s.slots[i] >= 0;
    return n;
}

static void many_slots(void) {
    connect_pair();
    for (uint32_t first = 0; first < 253 * 3; first += 253) message(MSG_SLOTS, 1, first, 253, 253);
    message(MSG_SLOTS, 1, 759, 100, 100);
    message(MSG_PLAN, PLAN_VERSION, 1000, 24, 25);
    CHECK(receive_plan() == 0, "slots in five messages");
    CHECK(plan_fd > 3 && filled() == 883, "%d slots", filled());
    CHECK(s.slots[858] > 3 && s.slots[859] == -1 && s.slots[1000] > 3 && s.slots[1023] > 3, "each in its place");
    CHECK(fcntl(s.slots[0], F_GETFD) == FD_CLOEXEC && fcntl(plan_fd, F_GETFD) == FD_CLOEXEC, "close-on-exec");
    if (plan_fd >= 0) close(plan_fd);
    disconnect();
}

static void refuses(const char *what, uint32_t kind, uint32_t second, uint32_t first, uint32_t n, unsigned fds) {
    connect_pair();
    message(kind, second, first, n, fds);
    shutdown(engine, SHUT_WR);
    CHECK(receive_plan() < 0, "%s", what);
    CHECK(filled() == 0, "%s: %d slots", what, filled());
    disconnect();
}

static void wrong_messages(void) {
    refuses("another version", MSG_PLAN, PLAN_VERSION + 1, 0, 0, 1);
    refuses("a plan without its descriptor", MSG_PLAN, PLAN_VERSION, 0, 0, 0);
    refuses("fewer slots than said", MSG_PLAN, PLAN_VERSION, 0, 2, 2);
    refuses("more slots than said", MSG_PLAN, PLAN_VERSION, 0, 0, 2);
    refuses("slots beyond the last", MSG_SLOTS, 1, MAX_SLOTS, 1, 1);
    refuses("slots beyond the last, wrapping", MSG_SLOTS, 1, 0xffffffff, 1, 1);
    refuses("a number of slots that wraps", MSG_SLOTS, 1, 0, 0xffffffff, 1);
    refuses("a release before the plan", MSG_RELEASE, 1, 0, 0, 0);
    refuses("an unknown message", 99, 0, 0, 0, 0);
    refuses("namespaces of another version", MSG_NAMESPACES, PLAN_VERSION + 1, CLONE_NEWNET, 0, 0);
    refuses("namespaces with a descriptor", MSG_NAMESPACES, PLAN_VERSION, CLONE_NEWNET, 1, 1);
    uint32_t words[8] = {MSG_PLAN, PLAN_VERSION};
    for (size_t bytes = 1; bytes <= sizeof words; bytes++) {
        if (bytes == 16) continue;
        connect_pair();
        send_words(words, bytes, 1);
        CHECK(receive_plan() < 0, "a message of %zu bytes", bytes);
        disconnect();
    }
    connect_pair();
    message(MSG_SLOTS, 1, 5, 1, 1);
    message(MSG_SLOTS, 1, 4, 2, 2);
    CHECK(receive_plan() < 0, "a slot filled twice");
    disconnect();
    connect_pair();
    message(MSG_NAMESPACES, PLAN_VERSION, CLONE_NEWNET, 0, 0);
    CHECK(receive_plan() == 2 && ahead == CLONE_NEWNET, "namespaces ahead: %#x", ahead);
    disconnect();
    connect_pair();
    shutdown(engine, SHUT_WR);
    CHECK(receive_plan() == 1, "end of file is no failure");
    disconnect();
}

static void stdio_was_closed(void) {
    fflush(stderr);
    pid_t pid = fork();
    if (pid == 0) {
        connect_pair();
        message(MSG_PLAN, PLAN_VERSION, 0, 1, 2);
        close(1);
        close(0);
        _exit(receive_plan() < 0 ? 0 : 1);
    }
    int status;
    CHECK(waitpid(pid, &status, 0) == pid && status == 0, "a slot must not become standard input: %d", status);
}

/* Runs link_barrier in a child, as it may end the process; returns the wait status. */
static int barrier_after(void (*engine_does)(void)) {
    connect_pair();
    pid_t pid = fork();
    if (pid == 0) {
        close(engine);
        int r = link_barrier(&s, 2);
        _exit(r < 0 ? 99 : filled());
    }
    close(s.socket);
    s.socket = -1;
    engine_does();
    int status;
    waitpid(pid, &status, 0);
    if (engine >= 0) close(engine);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -status;
}

static void await_barrier(void) {
    uint32_t words[2];
    ssize_t n = recv(engine, words, sizeof words, 0);
    CHECK(n == 8 && words[0] == MSG_AT_BARRIER && words[1] == 2, "%zd bytes: %u %u", n, words[0], words[1]);
}
static void releases(void) {
    await_barrier();
    message(MSG_SLOTS, 1, 0, 3, 3);
    message(MSG_RELEASE, 2, 10, 4, 4);
}
static void releases_another(void) { message(MSG_RELEASE, 3, 0, 0, 0); }
static void sends_a_plan(void) { message(MSG_PLAN, PLAN_VERSION, 0, 0, 1); }
static void dies(void) {
    await_barrier();
    close(engine);
    engine = -1;
}
static void dies_without_reading(void) {
    close(engine);
    engine = -1;
}
static void says_no_more(void) { shutdown(engine, SHUT_WR); }

static void barriers(void) {
    CHECK(barrier_after(releases) == 7, "released, with seven slots");
    CHECK(barrier_after(releases_another) == 99, "another barrier's release");
    CHECK(barrier_after(sends_a_plan) == 99, "a second plan");
    CHECK(barrier_after(dies) == EXIT_ABORTED, "end of file");
    CHECK(barrier_after(dies_without_reading) == EXIT_ABORTED, "end of file, with messages unread");
    CHECK(barrier_after(says_no_more) == EXIT_ABORTED, "half closed");
}

static void failure_is_told(void) {
    connect_pair();
    memset(s.detail, 'x', sizeof s.detail);
    s.detail[sizeof s.detail - 1] = 0;
    s.index = 7;
    s.code = OP_BIND;
    link_failed(&s, -ELOOP);
    uint32_t words[256];
    ssize_t n = recv(engine, words, sizeof words, 0);
    CHECK(n == 16 + (ssize_t)sizeof s.detail, "%zd bytes", n);
    CHECK(words[0] == MSG_FAILED && words[1] == 7 && words[2] == OP_BIND && words[3] == ELOOP, "the words");
    CHECK(strlen((char *)(words + 4)) == sizeof s.detail - 1, "the text");
    CHECK(!link_is_closed(&s), "the engine is there");
    close(engine);
    engine = -1;
    CHECK(link_is_closed(&s), "the engine is gone");
    CHECK(link_try_send(s.socket, words, 4, -1) == -EPIPE, "and is not written to");
    disconnect();
}

int main(void) {
    /* descriptor 3 is init's socket: taken for good */
    int taken;
    do taken = open("/dev/null", O_RDONLY | O_CLOEXEC);
    while (taken >= 0 && taken < SOCKET_FD);
    many_slots();
    wrong_messages();
    stdio_was_closed();
    barriers();
    failure_is_told();
    return finish("link_test");
}
