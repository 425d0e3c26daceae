/* felucca-shim: holds one container while engines come and go. SHIM-PROTOCOL.md specifies what is said to it. */
#ifndef FELUCCA_SHIM_H
#define FELUCCA_SHIM_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define SHIM_VERSION 1u
#define FIRST_CLIENT 3 /* the descriptor that the shim is started with */
#define MAX_REQUEST 65536u
#define MAX_FDS 8u
#define MAX_CLIENTS 64u
#define MAX_PROCESSES 4096u
#define MAX_RUNS 64u
#define MAX_STRANGERS 64u
#define CHUNK 65536u
#define DRAIN (1u << 20) /* of what is read after a process's end */
#define PIECE 16384u     /* of a line, in the log */
#define EXEC_ID 128u
#define TAIL 128u /* of an entry in the log: stream and time */

enum request {
    REQ_HOLD = 1,
    REQ_STARTED = 2,
    REQ_INIT = 3,
    REQ_RUN = 4,
    REQ_NAMESPACE = 5,
    REQ_ATTACH = 6,
    REQ_CLOSE_STDIN = 7,
    REQ_RESIZE = 8,
    REQ_SIGNAL = 9,
    REQ_STATE = 10,
    REQ_DELETE = 11,
    REQ_JOIN = 12,
};
enum answer { MSG_HELLO = 32, MSG_REPLY = 33, MSG_EXITED = 34, MSG_RUN_ENDED = 35, MSG_PROCESS = 36 };
enum hold_flag { HOLD_TERMINAL = 1, HOLD_STDIN = 2, HOLD_LOG = 4 };
enum process_flag { PROCESS_STARTED = 1, PROCESS_ENDED = 2, PROCESS_TERMINAL = 4, PROCESS_STDIN = 8 };

/* One stream's unfinished line, and the tail of the entries that the line's pieces make. */
struct line {
    uint8_t *bytes;
    uint32_t length, room;
    bool in_pieces;
    char tail[TAIL];
};

/* Takes a copy of a stream: the writing end of a pipe of a client's. */
struct sink {
    int fd;
    uint32_t done; /* of what is held */
    struct sink *next;
};

struct stream {
    int fd; /* -1 at its end */
    bool error, logged, ended;
    struct line line;
    uint8_t *held; /* what not all sinks have taken; nothing is read meanwhile */
    uint32_t held_length;
    struct sink *sinks;
};

struct process {
    uint32_t key; /* 0 is init */
    int pid;
    char exec_id[EXEC_ID];
    bool started, ended, recorded; /* an exec's end is recorded when a client that knows of it was told */
    int status; /* as wait(2) gives it */
    struct timespec at;
    int input, terminal; /* -1 if there is none */
    struct stream streams[2];
    struct process *next;
};

struct client {
    int fd; /* -1: gone, to be swept */
    bool knows; /* the execs: it made them, or has asked for STATE */
    struct client *next;
};

/* A program that a client has run, such as a runtime. */
struct run {
    int pid;
    uint32_t tag;
    struct client *client;
    struct run *next;
};

/* A request as it came. */
struct request_data {
    struct client *from;
    uint32_t kind, tag;
    const uint32_t *words; /* after kind and tag */
    uint32_t word_count;
    const char *text; /* after the words that the kind has; NUL-terminated strings */
    uint32_t text_length;
    int fds[MAX_FDS];
    uint32_t fd_count;
};

struct shim {
    struct client *clients, *creator;
    struct process *processes;
    struct run *runs;
    struct {
        int pid, status;
    } strangers[MAX_STRANGERS]; /* children that ended before somebody named them; the oldest is forgotten first */
    uint32_t stranger, next_key;
    int directory, listener, signals;
    bool held, ending; /* init was named; everything is being killed */
    struct client *deleter;
    uint32_t deleter_tag;
};

/* shim_log.c: Docker's json-file form, with rotation. */
void log_open(int directory, const char *name, uint64_t max_size, uint32_t max_files);
void log_append(struct line *line, bool error, const uint8_t *bytes, uint32_t length, struct timespec now);
void log_end(struct line *line, bool error, struct timespec now);
uint64_t log_lost(int *error);

/* shim_json.c: one entry. Buffers are large enough for a piece. */
#define ENTRY_FRAME (TAIL + 16u)
#define ENTRY_MAX (6u * PIECE + ENTRY_FRAME)
void json_tail(char tail[TAIL], bool error, struct timespec at);
uint32_t json_entry(uint8_t *out, const uint8_t *text, uint32_t length, bool complete, const char *tail);
uint32_t utf8_boundary(const uint8_t *text, uint32_t length);

/* shim_stream.c: output, on its way to the log and to whoever is attached. */
void stream_open(struct stream *s, int fd, bool error, bool logged);
bool stream_attach(struct stream *s, int fd);
void stream_read(struct stream *s);
void stream_flush(struct stream *s);
void stream_lose(struct stream *s, int sink);
void stream_finish(struct stream *s);
void stream_close(struct stream *s);

/* shim_process.c: what is held. */
struct process *process_find(struct shim *shim, uint32_t key);
int process_hold(struct shim *shim, struct request_data *r, uint32_t *key, const char **what);
void process_reap(struct shim *shim);
int process_listen(struct shim *shim);
int process_record(struct shim *shim, struct process *p);
void kill_children(void);

/* shim_spawn.c: children. All return a negative errno on failure and say in `what` which call it was. */
int spawn_init(struct request_data *r, int *socket, const char **what);
int spawn_run(struct shim *shim, struct request_data *r, int *pidfd, const char **what);
int enter_namespace(struct request_data *r, const char **what);
int join_groups(struct request_data *r, const char **what);

/* shim_client.c: what is said. */
void client_add(struct shim *shim, int fd);
void client_receive(struct shim *shim, struct client *c);
void client_drop(struct shim *shim, struct client *c);
void client_send(struct client *c, const void *data, size_t length, int fd);
void client_reply(struct client *c, uint32_t tag, int error, uint32_t value, const char *what, int fd);
void tell_exit(struct shim *shim, struct process *p);

#endif
