#include "fake.h"

#include "felucca.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

int client_main(int argc, char **argv);
const char *__asan_default_options(void);

/* A report has an exit status of its own, and a process that ends at once need not free its memory. */
const char *__asan_default_options(void) {
    return "exitcode=99:detect_leaks=0";
}

int checks, failures;

void check(int ok, const char *what, const char *file, int line) {
    checks++;
    if (ok) return;
    failures++;
    fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
}

_Noreturn void give_up(const char *what) {
    fprintf(stderr, "client_test: %s: %s\n", what, strerror(errno));
    exit(1);
}

static char root[] = "/tmp/felucca-client-test-XXXXXX";
static char socket_path[sizeof root + 16];
static int listener;

void fake_open(void) {
    if (!mkdtemp(root)) give_up("mkdtemp");
    snprintf(socket_path, sizeof socket_path, "%s/shell.sock", root);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, socket_path, strlen(socket_path) + 1);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 8) != 0) give_up(socket_path);
}

void fake_close(void) {
    unlink(socket_path);
    rmdir(root);
}

const char *fake_root(void) {
    return root;
}

static _Noreturn void become_client(char **arguments) {
    char *argv[64] = {"felucca"};
    int argc = 1;
    for (; arguments[argc - 1]; argc++) argv[argc] = arguments[argc - 1];
    exit(client_main(argc, argv));
}

static void open_terminal(struct client *c) {
    char name[64];
    struct winsize size = {.ws_col = 80, .ws_row = 24};
    c->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (c->master < 0 || grantpt(c->master) != 0 || unlockpt(c->master) != 0 || ptsname_r(c->master, name, sizeof name) != 0) give_up("pty");
    if (ioctl(c->master, TIOCSWINSZ, &size) != 0) give_up("TIOCSWINSZ");
    c->terminal = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (c->terminal < 0) give_up(name);
}

void client_start(struct client *c, int terminal, char **arguments) {
    int in[2] = {-1, -1}, out[2], err[2];
    *c = (struct client){.connection = -1, .in = -1, .master = -1, .terminal = -1};
    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) give_up("pipe");
    if (terminal) open_terminal(c);
    else if (pipe2(in, O_CLOEXEC) != 0) give_up("pipe");
    c->pid = fork();
    if (c->pid < 0) give_up("fork");
    if (c->pid == 0) {
        if (terminal && (setsid() < 0 || ioctl(c->terminal, TIOCSCTTY, 0) != 0)) give_up("TIOCSCTTY");
        dup2(terminal ? c->terminal : in[0], 0);
        dup2(out[1], 1);
        dup2(err[1], 2);
        for (int fd = 3; fd < 256; fd++) close(fd); /* or the ends of the pipes would hold each other open */
        become_client(arguments);
    }
    if (!terminal) close(in[0]);
    close(out[1]);
    close(err[1]);
    c->in = in[1];
    c->out = out[0];
    c->err = err[0];
}

void client_accept(struct client *c) {
    c->connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (c->connection < 0) give_up("accept");
}

void client_running(struct client *c, int terminal, struct frame *f) {
    char *arguments[] = {"x", NULL};
    client_start(c, terminal, arguments);
    client_accept(c);
    receive(c, f);
    receive(c, f);
    CHECK(f->type == EXEC);
}

/* Reads until the end; what does not fit is dropped. */
static void drain(int fd, char *to, size_t size) {
    size_t at = 0;
    char rest[4096];
    for (;;) {
        int full = at + 1 >= size;
        ssize_t n = read(fd, full ? rest : to + at, full ? sizeof rest : size - 1 - at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        if (!full) at += (size_t)n;
    }
    to[at] = 0;
    close(fd);
}

int client_end(struct client *c, char *out, char *err, size_t size) {
    drain(c->out, out, size);
    drain(c->err, err, size);
    int status;
    while (waitpid(c->pid, &status, 0) < 0)
        if (errno != EINTR) give_up("waitpid");
    if (c->connection >= 0) close(c->connection);
    if (c->in >= 0) close(c->in);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

void send_bytes(struct client *c, const void *bytes, size_t length) {
    const unsigned char *at = bytes;
    while (length) {
        ssize_t n = send(c->connection, at, length, MSG_NOSIGNAL);
        if (n < 0) return; /* the client has ended, as it may at a malformed frame */
        at += n;
        length -= (size_t)n;
    }
}

void send_typed(struct client *c, unsigned type, const void *payload, size_t length) {
    unsigned char header[HEADER] = {(unsigned char)type};
    put32(header + 4, (uint32_t)length);
    send_bytes(c, header, sizeof header);
    send_bytes(c, payload, length);
}

static int read_all(int fd, unsigned char *to, size_t length) {
    while (length) {
        ssize_t n = recv(fd, to, length, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return 0;
        to += n;
        length -= (size_t)n;
    }
    return 1;
}

void receive(struct client *c, struct frame *f) {
    unsigned char h[HEADER];
    f->type = 0;
    if (!read_all(c->connection, h, sizeof h)) return;
    f->length = (size_t)h[4] << 24 | (size_t)h[5] << 16 | (size_t)h[6] << 8 | h[7];
    CHECK(!h[1] && !h[2] && !h[3]);
    if (f->length > sizeof f->payload || !read_all(c->connection, f->payload, f->length)) give_up("a frame of the client is cut off");
    f->type = h[0];
}
