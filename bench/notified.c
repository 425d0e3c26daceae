/*
 * Starts a service that tells of its readiness by sd_notify(3), and prints the milliseconds until then and its process: `notified LOG PROGRAM
 * ARGUMENT...`. The service goes on in the background.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char text[4096];
    struct timespec a, b;
    if (argc < 3) return 2;
    snprintf(address.sun_path, sizeof address.sun_path, "%.90s.notify", argv[1]);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int log = open(argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || log < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        fprintf(stderr, "notified: %s: %s\n", argv[1], strerror(errno));
        return 1;
    }
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    clock_gettime(CLOCK_MONOTONIC, &a);
    pid_t pid = fork();
    if (pid == 0) {
        setsid();
        dup2(log, 1);
        dup2(log, 2);
        execvp(argv[2], argv + 2);
        _exit(127);
    }
    struct pollfd p[] = {{.fd = fd, .events = POLLIN}, {.fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN}};
    do {
        ssize_t n = poll(p, 2, 60000) > 0 && p[0].revents ? recv(fd, text, sizeof text - 1, 0) : -1;
        if (n < 0) {
            fprintf(stderr, "notified: %s %s; see %s\n", argv[2], p[1].revents ? "ended" : "was not ready in 60 s", argv[1]);
            return 1;
        }
        text[n] = 0;
    } while (!strstr(text, "READY=1"));
    clock_gettime(CLOCK_MONOTONIC, &b);
    unlink(address.sun_path);
    printf("%.0f %d\n", (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6, (int)pid);
    return 0;
}
