/* The client in a process of its own, and the engine's side of its connection. */
#ifndef FAKE_H
#define FAKE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct client {
    pid_t pid;
    int connection;
    int in;     /* what the client reads; -1 with a terminal */
    int out, err;
    int master; /* of its terminal; -1 without */
    int terminal;
};

struct frame {
    unsigned type;
    size_t length;
    unsigned char payload[1 << 20];
};

/* Run root of all clients of this program, with a socket that listens. */
void fake_open(void);
void fake_close(void);
const char *fake_root(void);

/* Starts the client with these arguments (without its name, NULL at the end), with pipes or with a terminal of 80x24. */
void client_start(struct client *c, int terminal, char **arguments);
/* Waits for its connection. */
void client_accept(struct client *c);
/* client_start with the argument `x`, client_accept, and its two first frames, the second of which is kept. */
void client_running(struct client *c, int terminal, struct frame *f);
/* Waits for its end; its exit status, or 256 + the signal that killed it. What it wrote is put into out and err. */
int client_end(struct client *c, char *out, char *err, size_t size);

void send_bytes(struct client *c, const void *bytes, size_t length);
void send_typed(struct client *c, unsigned type, const void *payload, size_t length);
/* The next frame; type 0 at the end of the connection. */
void receive(struct client *c, struct frame *f);

/* Counts, and prints what is not so. */
extern int checks, failures;
#define CHECK(what) check((what) != 0, #what, __FILE__, __LINE__)
void check(int ok, const char *what, const char *file, int line);
_Noreturn void give_up(const char *what);

#endif
