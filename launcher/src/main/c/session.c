/* One command: streams, terminal and signals between this process and the engine. */
#include "felucca.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <termios.h>
#include <unistd.h>

void put32(unsigned char *to, uint32_t n) {
    to[0] = (unsigned char)(n >> 24);
    to[1] = (unsigned char)(n >> 16);
    to[2] = (unsigned char)(n >> 8);
    to[3] = (unsigned char)n;
}

void put16(unsigned char *to, unsigned n) {
    to[0] = (unsigned char)(n >> 8);
    to[1] = (unsigned char)n;
}

static uint32_t get32(const unsigned char *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* An engine that is gone is found when its frames are read: it may have said why. */
static int gone;

void send_frame(int fd, unsigned type, const void *payload, size_t length) {
    unsigned char header[HEADER] = {(unsigned char)type};
    put32(header + 4, (uint32_t)length);
    const unsigned char *parts[] = {header, payload};
    size_t lengths[] = {HEADER, length};
    for (int part = 0; part < 2; part++) {
        for (size_t at = 0; at < lengths[part] && !gone;) {
            ssize_t n = send(fd, parts[part] + at, lengths[part] - at, MSG_NOSIGNAL | (part == 0 && length ? MSG_MORE : 0));
            if (n < 0 && errno != EINTR) gone = 1;
            if (n > 0) at += (size_t)n;
        }
    }
}

/* How often the person has asked to end since the engine last answered by a change of the terminal's mode. */
static int asked;

static struct termios found;
static int raw;

static int terminal(void) {
    static const int order[] = {0, 1, 2};
    for (int i = 0; i < 3; i++)
        if (isatty(order[i])) return order[i];
    return -1;
}

void terminal_restore(void) {
    if (raw && tcsetattr(0, TCSANOW, &found) == 0) raw = 0;
}

static void terminal_raw(int on) {
    if (!on) {
        terminal_restore();
        return;
    }
    if (raw || tcgetattr(0, &found) != 0) return;
    struct termios t = found;
    cfmakeraw(&t);
    if (tcsetattr(0, TCSANOW, &t) == 0) raw = 1;
}

void window_size(unsigned *columns, unsigned *rows) {
    struct winsize w = {0};
    int fd = terminal();
    if (fd >= 0 && ioctl(fd, TIOCGWINSZ, &w) != 0) memset(&w, 0, sizeof w);
    *columns = w.ws_col;
    *rows = w.ws_row;
}

/* Signals that are passed on. Those that our parent made us ignore (nohup) stay ignored. */
static int signals(void) {
    static const int passed[] = {SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGTERM, SIGWINCH};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof passed / sizeof *passed; i++) {
        struct sigaction a;
        if (sigaction(passed[i], NULL, &a) == 0 && a.sa_handler != SIG_IGN) sigaddset(&set, passed[i]);
    }
    sigprocmask(SIG_BLOCK, &set, NULL);
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0) die("signalfd: %s", strerror(errno));
    return fd;
}

static void signalled(int from, int fd) {
    struct signalfd_siginfo s;
    while (read(from, &s, sizeof s) == (ssize_t)sizeof s) {
        if (s.ssi_signo == SIGWINCH) {
            unsigned columns, rows;
            unsigned char size[4];
            window_size(&columns, &rows);
            put16(size, columns);
            put16(size + 2, rows);
            send_frame(fd, RESIZE, size, sizeof size);
            continue;
        }
        /* a person must get out even when the engine does not answer; docker counts to three, too */
        if ((s.ssi_signo == SIGINT || s.ssi_signo == SIGTERM) && ++asked == 3) {
            terminal_restore();
            fprintf(stderr, "felucca: asked three times to end: the command goes on without this client\n");
            exit(128 + (int)s.ssi_signo);
        }
        unsigned char number = (unsigned char)s.ssi_signo;
        send_frame(fd, SIGNAL, &number, 1);
    }
}

/* Frames received, and how far they are worked off. */
static unsigned char in[HEADER + MAX_PAYLOAD];
static size_t start, end;
static uint32_t credit;

/* Output of the frame in work that did not go out yet. */
static struct {
    int fd;
    size_t length;
} pending;

/* Works off one frame; 0 if it is not complete or has to wait, else 1. Ends the program at EXIT and ERROR. */
static int frame(void) {
    if (pending.length) {
        size_t n = output_some(pending.fd, in + start, pending.length);
        start += n;
        pending.length -= n;
        return n > 0;
    }
    if (end - start < HEADER) return 0;
    const unsigned char *f = in + start;
    uint32_t length = get32(f + 4);
    if (f[1] || f[2] || f[3] || length > MAX_PAYLOAD) die("the engine sent a malformed frame");
    if (end - start < HEADER + length) return 0;
    start += HEADER;
    f += HEADER;
    unsigned type = in[start - HEADER];
    if (type == STDOUT || type == STDERR) {
        pending.fd = type == STDOUT ? 1 : 2;
        pending.length = length;
        return 1;
    }
    start += length;
    switch (type) {
    case RAW:
        if (length == 1) return asked = 0, terminal_raw(f[0]), 1;
        break;
    case WINDOW:
        if (length == 4 && get32(f) <= MAX_PAYLOAD && credit <= MAX_PAYLOAD) return credit += get32(f), 1;
        break;
    case EXIT:
        if (length != 1) break;
        terminal_restore();
        exit(f[0]);
    case ERROR:
        die("%.*s", (int)length, (const char *)f);
    }
    die("the engine sent a malformed frame of type %u", type);
}

static void receive(int fd) {
    if (start > 0) {
        memmove(in, in + start, end - start);
        end -= start;
        start = 0;
    }
    ssize_t n = recv(fd, in + end, sizeof in - end, 0);
    if (n > 0) end += (size_t)n;
    else if (n == 0 || errno != EINTR) die("the engine ended while the command ran; its log may say why");
}

/* Takes input and sends it; 0 when there is no more. */
static int forward(int fd) {
    static unsigned char buffer[16 << 10];
    size_t most = credit < sizeof buffer ? credit : sizeof buffer;
    ssize_t n = read(0, buffer, most);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) return 1;
    if (n <= 0) {
        send_frame(fd, STDIN_EOF, NULL, 0);
        return 0;
    }
    send_frame(fd, STDIN, buffer, (size_t)n);
    credit -= (uint32_t)n;
    return 1;
}

int session(int fd) {
    int signal_fd = signals();
    int input = 1;
    for (;;) {
        while (frame()) continue;
        struct pollfd p[] = {
            {.fd = pending.length ? -1 : fd, .events = POLLIN},
            {.fd = signal_fd, .events = POLLIN},
            {.fd = input && credit ? 0 : -1, .events = POLLIN},
            {.fd = pending.length ? pending.fd : -1, .events = POLLOUT},
        };
        if (poll(p, 4, -1) < 0) {
            if (errno == EINTR) continue;
            die("poll: %s", strerror(errno));
        }
        if (p[1].revents) signalled(signal_fd, fd);
        if (p[2].revents) input = forward(fd);
        if (p[0].revents) receive(fd);
    }
}
