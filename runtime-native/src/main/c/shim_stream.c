/* Output on its way: each chunk goes to the log, and then to everyone who is attached, at the pace of the slowest of them. */
#include "shim.h"
#include "sys.h"

#include <stdlib.h>
#include <string.h>

static uint8_t chunk[CHUNK];

static struct timespec now(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return t;
}

void stream_open(struct stream *s, int fd, bool error, bool logged) {
    memset(s, 0, sizeof *s);
    s->fd = fd;
    s->error = error;
    s->logged = logged;
    s->ended = fd < 0;
    if (fd >= 0) fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static void remove_sink(struct sink **at) {
    struct sink *gone = *at;
    *at = gone->next;
    close(gone->fd);
    free(gone);
}

/* The sink begins after what is held. False: no memory. */
bool stream_attach(struct stream *s, int fd) {
    struct sink *sink = malloc(sizeof *sink);
    if (sink == NULL) return false;
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    *sink = (struct sink){fd, s->held_length, s->sinks};
    s->sinks = sink;
    if (s->ended && s->held == NULL) remove_sink(&s->sinks);
    return true;
}

/* False: its reader is gone. */
static bool give(struct sink *sink, const uint8_t *bytes, uint32_t length) {
    while (sink->done < length) {
        ssize_t n = write(sink->fd, bytes + sink->done, length - sink->done);
        if (n > 0) sink->done += (uint32_t)n;
        else if (errno != EINTR) return errno == EAGAIN;
    }
    return true;
}

void stream_flush(struct stream *s) {
    bool behind = false;
    for (struct sink **at = &s->sinks; *at != NULL;) {
        bool there = give(*at, s->held, s->held_length);
        bool complete = (*at)->done == s->held_length;
        if (!there || (complete && s->ended)) {
            remove_sink(at);
            continue;
        }
        behind |= !complete;
        at = &(*at)->next;
    }
    if (behind) return;
    for (struct sink *sink = s->sinks; sink != NULL; sink = sink->next) sink->done = 0;
    free(s->held);
    s->held = NULL;
    s->held_length = 0;
}

/* The sink's reader is gone. */
void stream_lose(struct stream *s, int sink) {
    struct sink **at = &s->sinks;
    while (*at != NULL && (*at)->fd != sink) at = &(*at)->next;
    if (*at != NULL) remove_sink(at);
    stream_flush(s);
}

static void hand_out(struct stream *s, const uint8_t *bytes, uint32_t length) {
    if (s->held == NULL) {
        bool behind = false;
        for (struct sink **at = &s->sinks; *at != NULL;) {
            if (!give(*at, bytes, length)) {
                remove_sink(at);
                continue;
            }
            behind |= (*at)->done < length;
            at = &(*at)->next;
        }
        if (!behind) {
            for (struct sink *sink = s->sinks; sink != NULL; sink = sink->next) sink->done = 0;
            return;
        }
    }
    uint8_t *held = realloc(s->held, s->held_length + length);
    if (held == NULL) {
        /* who is behind is cut off, rather than the program stopped for good */
        while (s->sinks != NULL) remove_sink(&s->sinks);
        free(s->held);
        s->held = NULL;
        s->held_length = 0;
        return;
    }
    memcpy(held + s->held_length, bytes, length);
    s->held = held;
    s->held_length += length;
}

/* One read. Returns how much there was, 0 if nothing was ready. */
static uint32_t take(struct stream *s) {
    ssize_t n;
    do n = read(s->fd, chunk, sizeof chunk);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno == EAGAIN) return 0;
    if (n <= 0) { /* EIO: the terminal's other end is closed */
        stream_close(s);
        return 0;
    }
    if (s->logged) log_append(&s->line, s->error, chunk, (uint32_t)n, now());
    hand_out(s, chunk, (uint32_t)n);
    return (uint32_t)n;
}

void stream_read(struct stream *s) {
    if (s->fd >= 0) take(s);
}

/* The process is gone: what is there goes out, and then the stream ends, though others may hold it open. */
void stream_finish(struct stream *s) {
    for (uint32_t n = 1, all = 0; s->fd >= 0 && n > 0 && all < DRAIN; all += n) n = take(s);
    stream_close(s);
}

/* The end of the stream; the sinks get what is held for them. */
void stream_close(struct stream *s) {
    if (s->fd >= 0) {
        close(s->fd);
        s->fd = -1;
        if (s->logged) log_end(&s->line, s->error, now());
    }
    s->ended = true;
    stream_flush(s);
}
