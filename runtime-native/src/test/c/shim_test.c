/*
 * The shim by its protocol: a client of version 1 as it was first released, which must never be changed; a shim and an engine of
 * other releases meet with exactly these bytes.
 */
#include "check.h"
#include "sys.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#define WAIT_MS 20000

static char folder[] = "/tmp/felucca-shim-XXXXXX";
static uint32_t message[1024];
static int received_fd;

static void send_fds(int socket, const void *data, size_t length, const int *fds, size_t count) {
    char control[CMSG_SPACE(sizeof(int) * 8)] __attribute__((aligned(8))) = {0};
    struct iovec iov = {(void *)(uintptr_t)data, length};
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
    if (count > 0) {
        m.msg_control = control;
        m.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        struct cmsghdr *h = CMSG_FIRSTHDR(&m);
        h->cmsg_level = SOL_SOCKET;
        h->cmsg_type = SCM_RIGHTS;
        h->cmsg_len = CMSG_LEN(sizeof(int) * count);
        memcpy(CMSG_DATA(h), fds, sizeof(int) * count);
    }
    CHECK(sendmsg(socket, &m, MSG_NOSIGNAL) == (ssize_t)length, "sendmsg: %s", strerror(errno));
}

/* The next message's kind; 0 at the end of file. */
static uint32_t receive(int socket) {
    char control[CMSG_SPACE(sizeof(int))] __attribute__((aligned(8)));
    struct iovec iov = {message, sizeof message};
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct pollfd p = {socket, POLLIN, 0};
    memset(message, 0, sizeof message);
    received_fd = -1;
    if (poll(&p, 1, WAIT_MS) != 1) {
        CHECK(false, "no message in time");
        exit(1);
    }
    ssize_t n = recvmsg(socket, &m, MSG_CMSG_CLOEXEC);
    struct cmsghdr *h = CMSG_FIRSTHDR(&m);
    if (n > 0 && h != NULL) memcpy(&received_fd, CMSG_DATA(h), sizeof received_fd);
    return n > 0 ? message[0] : 0;
}

static void expect(int socket, uint32_t kind) {
    uint32_t got = receive(socket);
    CHECK(got == kind, "message %u, not %u", got, kind);
}

static int start_shim(const char *program, pid_t *pid) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) abort();
    *pid = fork();
    if (*pid == 0) {
        dup2(pair[1], 3);
        /* what it holds at its end is no leak, and the search for leaks takes a second */
        setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
        execl(program, "felucca-shim", NULL);
        _exit(9);
    }
    close(pair[1]);
    expect(pair[0], 32);
    CHECK(message[1] == 1 && message[2] == (uint32_t)*pid, "HELLO 1 PID");
    return pair[0];
}

/* Runs "sh -c SCRIPT" in the shim, with the pipes' ends that are given; its pid. */
static int run(int socket, const char *script, const int fds[3]) {
    struct {
        uint32_t words[4];
        char text[512];
    } r = {{4, 70, 3, 1}, ""};
    size_t n = 0;
    const char *strings[] = {"/bin/sh", "sh", "-c", script, "A=b"};
    for (size_t i = 0; i < 5; i++) {
        strcpy(r.text + n, strings[i]);
        n += strlen(strings[i]) + 1;
    }
    send_fds(socket, &r, 16 + n, fds, 3);
    expect(socket, 33);
    CHECK(message[1] == 70 && message[2] == 0 && received_fd >= 0, "RUN: errno %u", message[2]);
    close(received_fd);
    return (int)message[3];
}

static int connect_to(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    strcpy(address.sun_path, path);
    CHECK(connect(fd, (struct sockaddr *)&address, sizeof address) == 0, "connect: %s", strerror(errno));
    expect(fd, 32);
    return fd;
}

static void read_all(int fd, char *out, size_t size) {
    size_t n = 0;
    ssize_t r;
    while (n < size - 1 && (r = read(fd, out + n, size - 1 - n)) > 0) n += (size_t)r;
    out[n] = 0;
    close(fd);
}

static void await(pid_t pid, int code) {
    int status = 0;
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == code, "status %x", status);
}

/* A whole life: what a container's is, with a shell in the place of its init, and engines that come and go. */
static void life(const char *program) {
    pid_t pid;
    int socket = start_shim(program, &pid), in[2], out[2], err[2], copy[2], directory = open(folder, O_RDONLY | O_CLOEXEC);
    char path[128], text[4096];
    if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0 || pipe2(copy, O_CLOEXEC) < 0) abort();
    /* the shell in the background is left to the shim, as a runtime leaves a container's init */
    int fds[3] = {in[0], out[1], err[1]};
    run(socket, "exec 3<&0; sh -c 'echo $A; read line; echo got $line; echo bad >&2; exit 7' <&3 & echo $!", fds);
    for (int i = 0; i < 3; i++) close(fds[i]);
    expect(socket, 35);
    CHECK(message[1] == 70 && message[2] == 0, "RUN_ENDED");
    ssize_t n = read(out[0], text, sizeof text - 1);
    text[n > 0 ? n : 0] = 0;
    uint32_t init = (uint32_t)atoi(text);
    struct {
        uint32_t words[8];
        char name[4];
    } hold = {{1, 71, 0, init, 2 | 4, 1, 0, 0}, "log"};
    send_fds(socket, &hold, sizeof hold, (int[]){directory, directory, in[1], out[0], err[0], copy[1]}, 6);
    expect(socket, 33);
    CHECK(message[1] == 71 && message[2] == 0 && message[3] == 0, "HOLD: errno %u", message[2]);
    close(copy[1]);
    close(out[0]);
    close(err[0]);
    send_fds(socket, (uint32_t[]){2, 72, 0}, 12, NULL, 0);
    expect(socket, 33);
    snprintf(path, sizeof path, "%s/socket", folder);
    int second = connect_to(path);
    close(socket); /* the first engine is gone; the container goes on */
    send_fds(second, (uint32_t[]){10, 73}, 8, NULL, 0);
    expect(second, 36);
    CHECK(message[1] == 0 && message[2] == init && message[3] == (1 | 8), "PROCESS: flags %u", message[3]);
    expect(second, 33);
    send_fds(second, (uint32_t[]){99, 74}, 8, NULL, 0);
    expect(second, 33);
    CHECK(message[2] == ENOSYS, "an unknown request: %u", message[2]);
    CHECK(write(in[1], "you\n", 4) == 4, "standard input");
    expect(second, 34);
    CHECK(message[1] == 0 && message[2] == 7 << 8 && message[3] == 0, "EXITED: status %x", message[2]);
    close(in[1]);
    read_all(copy[0], text, sizeof text);
    CHECK(strstr(text, "got you\n") != NULL, "the copy: %s", text);
    close(second);
    await(pid, 0);
    snprintf(path, sizeof path, "%s/exit", folder);
    read_all(open(path, O_RDONLY), text, sizeof text);
    CHECK(strncmp(text, "1 ", 2) == 0 && strstr(text, " 1792 ") != NULL, "the record: %s", text);
    unlink(path);
    snprintf(path, sizeof path, "%s/log", folder);
    read_all(open(path, O_RDONLY), text, sizeof text);
    CHECK(strstr(text, "{\"log\":\"got you\\n\",\"stream\":\"stdout\"") && strstr(text, "{\"log\":\"bad\\n\",\"stream\":\"stderr\""), "the log: %s", text);
    unlink(path);
    close(directory);
}

/* An engine that goes before the program runs leaves nothing; nor does one that says DELETE. */
static void ends(const char *program, bool deleted) {
    pid_t pid;
    int socket = start_shim(program, &pid), null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int child = run(socket, "trap '' TERM; sleep 1000 & sleep 1000", (int[]){null, null, null});
    CHECK(kill(child, 0) == 0, "it runs");
    if (deleted) {
        send_fds(socket, (uint32_t[]){11, 75}, 8, NULL, 0);
        expect(socket, 35);
        expect(socket, 33);
        CHECK(message[1] == 75 && message[2] == 0, "DELETE: errno %u", message[2]);
        CHECK(receive(socket) == 0, "and the shim ends");
    }
    close(socket);
    close(null);
    await(pid, 0);
    CHECK(kill(child, 0) < 0 && errno == ESRCH, "nothing is left");
}

/* A shim whose directory was removed, so that no engine can find it, ends with its container. */
static void forgotten(const char *program) {
    char path[128], file[160], text[64];
    pid_t pid;
    int in[2], out[2], err[2], copy[2], socket = start_shim(program, &pid);
    snprintf(path, sizeof path, "%s/gone", folder);
    CHECK(mkdir(path, 0700) == 0, "mkdir");
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0 || pipe2(copy, O_CLOEXEC) < 0) abort();
    run(socket, "exec 3<&0; sh -c 'read line' <&3 & echo $!", (int[]){in[0], out[1], err[1]});
    close(in[0]);
    close(out[1]);
    close(err[1]);
    expect(socket, 35);
    ssize_t n = read(out[0], text, sizeof text - 1);
    text[n > 0 ? n : 0] = 0;
    struct {
        uint32_t words[8];
        char name[4];
    } hold = {{1, 71, 0, (uint32_t)atoi(text), 2 | 4, 1, 0, 0}, "log"};
    send_fds(socket, &hold, sizeof hold, (int[]){directory, directory, in[1], out[0], err[0], copy[1]}, 6);
    expect(socket, 33);
    CHECK(message[1] == 71 && message[2] == 0, "HOLD: errno %u", message[2]);
    send_fds(socket, (uint32_t[]){2, 72, 0}, 12, NULL, 0);
    expect(socket, 33);
    close(socket);
    for (int i = 0; i < 2; i++) {
        snprintf(file, sizeof file, "%s/%s", path, i == 0 ? "socket" : "log");
        CHECK(unlink(file) == 0, "unlink %s", file);
    }
    CHECK(rmdir(path) == 0, "rmdir");
    CHECK(write(in[1], "end\n", 4) == 4, "standard input");
    await(pid, 0);
    close(in[1]);
    close(out[0]);
    close(err[0]);
    close(copy[0]);
    close(copy[1]);
    close(directory);
}

/* Packets of any content: an error is answered or the connection ends; the shim goes on for others. */
static void rubbish(const char *program) {
    pid_t pid;
    int socket = start_shim(program, &pid);
    srandom(1);
    for (int i = 0; i < 300; i++) {
        uint32_t packet[64];
        size_t length = 8 + (size_t)random() % 200;
        for (size_t w = 0; w < 64; w++) packet[w] = (uint32_t)random() % 8 == 0 ? (uint32_t)random() : (uint32_t)random() % 16;
        /* not RUN, NAMESPACE and JOIN, which do what they are told; not DELETE */
        if (packet[0] == 4 || packet[0] == 5 || packet[0] == 11 || packet[0] == 12) packet[0] = 1;
        int fds[2] = {socket, socket};
        send_fds(socket, packet, length, fds, (size_t)random() % 3);
        uint32_t answer;
        do answer = receive(socket);
        while (answer != 33 && answer != 0);
        if (received_fd >= 0) close(received_fd);
        if (answer == 0) {
            close(socket);
            await(pid, 0);
            socket = start_shim(program, &pid);
        }
    }
    close(socket);
    await(pid, 0);
}

int main(int argc, char **argv) {
    if (argc != 2 || mkdtemp(folder) == NULL) return 2;
    life(argv[1]);
    ends(argv[1], false);
    ends(argv[1], true);
    forgotten(argv[1]);
    rubbish(argv[1]);
    CHECK(rmdir(folder) == 0, "nothing else in %s", folder);
    return finish("shim_test");
}
