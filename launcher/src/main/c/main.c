/* The command line, and the request that is made of it. */
#include "felucca.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

_Noreturn void die(const char *format, ...) {
    terminal_restore();
    va_list args;
    va_start(args, format);
    fputs("felucca: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(EXIT_CLIENT);
}

static unsigned char *append(unsigned char *to, const char *text) {
    size_t n = strlen(text);
    put32(to, (uint32_t)n);
    memcpy(to + 4, text, n);
    return to + 4 + n;
}

static size_t total(char **list, uint32_t *count) {
    size_t bytes = 0;
    for (*count = 0; list[*count]; ++*count) bytes += 4 + strlen(list[*count]);
    return bytes;
}

static void send_request(int fd, enum mode mode, char **arguments) {
    char directory[PATH_MAX];
    /* A directory that was removed has no name; the engine then takes the root. */
    if (!getcwd(directory, sizeof directory) || directory[0] != '/') strcpy(directory, "/");
    uint32_t argc, envc;
    size_t length = 14 + 4 + strlen(directory) + total(arguments, &argc) + total(environ, &envc);
    if (length > MAX_EXEC) die("arguments and environment are %zu bytes long, the limit is %d", length, MAX_EXEC);
    unsigned char *payload = malloc(length);
    if (!payload) die("no memory for a request of %zu bytes", length);
    unsigned columns, rows;
    window_size(&columns, &rows);
    payload[0] = (unsigned char)mode;
    payload[1] = (unsigned char)((isatty(0) ? 1 : 0) | (isatty(1) ? 2 : 0) | (isatty(2) ? 4 : 0));
    put16(payload + 2, columns);
    put16(payload + 4, rows);
    put32(payload + 6, argc);
    put32(payload + 10, envc);
    unsigned char *at = append(payload + 14, directory);
    for (uint32_t i = 0; i < argc; i++) at = append(at, arguments[i]);
    for (uint32_t i = 0; i < envc; i++) at = append(at, environ[i]);
    send_frame(fd, HELLO, "felucca\001", 8);
    send_frame(fd, EXEC, payload, (size_t)(at - payload));
    free(payload);
}

static const char usage[] =
    "Usage: felucca                        a Gogo shell in the engine\n"
    "       felucca COMMAND [ARGUMENT...]  runs one command there; `felucca help` lists them\n"
    "       felucca -c PROGRAM             runs a Gogo program there\n"
    "       felucca daemon [--debug]       the engine itself, in the foreground\n"
    "       felucca shutdown               ends the engine in order\n"
    "The engine is started when there is none. FELUCCA_DATA_ROOT, FELUCCA_RUN_ROOT and FELUCCA_CONFIG\n"
    "say where it keeps its files and finds its configuration.\n";

int main(int argc, char **argv) {
    enum mode mode = argc < 2 ? INTERACTIVE : COMMAND;
    char **arguments = argv + 1;
    if (argc >= 2) {
        if (!strcmp(argv[1], "daemon")) engine_daemon(argv + 2);
        if (!strcmp(argv[1], "shutdown")) {
            if (argc > 2) die("shutdown takes no argument");
            return engine_shutdown();
        }
        if (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help")) {
            fputs(usage, stdout);
            return 0;
        }
        if (!strcmp(argv[1], "-c")) {
            if (argc != 3) die("-c takes one argument, a Gogo program");
            mode = PROGRAM;
            arguments = argv + 2;
        } else if (argv[1][0] == '-') {
            fprintf(stderr, "felucca: there is no option \"%s\"\n%s", argv[1], usage);
            return EXIT_CLIENT;
        }
    }
    signal(SIGPIPE, SIG_IGN);
    int fd = engine_connect();
    send_request(fd, mode, arguments);
    return session(fd);
}
