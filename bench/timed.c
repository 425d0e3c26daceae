/* Runs a program and appends to a file how many milliseconds it took, from fork to the end: `timed FILE PROGRAM ARGUMENT...` */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "Usage: timed FILE PROGRAM ARGUMENT...\n");
        return 2;
    }
    struct timespec a, b;
    int status;
    clock_gettime(CLOCK_MONOTONIC, &a);
    pid_t pid = vfork();
    if (pid == 0) {
        execvp(argv[2], argv + 2);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &status, 0) < 0) {
        fprintf(stderr, "timed: %s: %s\n", argv[2], strerror(errno));
        return 1;
    }
    clock_gettime(CLOCK_MONOTONIC, &b);
    if (status != 0) {
        fprintf(stderr, "timed: %s failed (wait status %d)\n", argv[2], status);
        return 1;
    }
    FILE *file = fopen(argv[1], "ae");
    if (!file) {
        fprintf(stderr, "timed: %s: %s\n", argv[1], strerror(errno));
        return 1;
    }
    fprintf(file, "%.3f\n", (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6);
    return fclose(file) != 0;
}
