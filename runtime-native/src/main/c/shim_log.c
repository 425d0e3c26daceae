/* The container's log: lines and pieces of lines as entries, in files that are rotated. One log a shim. */
#include "shim.h"
#include "sys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct {
    int directory, fd;
    char name[NAME_MAX - 10]; /* so that there is room for a number */
    uint64_t max_size, size, rotate_at, lost;
    uint32_t max_files, length;
    int error;
} log_ = {.directory = -1, .fd = -1};

static uint8_t out[2 * ENTRY_MAX];

static void failed(int error, uint64_t lost) {
    log_.lost += lost;
    if (log_.error == 0) log_.error = error;
}

static uint64_t line_feeds(const uint8_t *bytes, uint32_t length) {
    uint64_t n = 0;
    for (uint32_t i = 0; i < length; i++) n += bytes[i] == '\n';
    return n;
}

/* The end of the last whole entry: a writer that died may have left a torn one. */
static int64_t entries_end(int fd, int64_t size) {
    uint8_t block[4096];
    while (size > 0) {
        int64_t from = size > (int64_t)sizeof block ? size - (int64_t)sizeof block : 0;
        ssize_t n = pread(fd, block, (size_t)(size - from), from);
        if (n <= 0) return n < 0 ? -errno : -EIO;
        while (n > 0 && block[n - 1] != '\n') n--;
        if (n > 0) return from + n;
        size = from;
    }
    return 0;
}

static int open_file(void) {
    int fd = SYS(SYS_openat, log_.directory, log_.name, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0) return fd;
    struct stat st;
    int64_t end = fstat(fd, &st) < 0 ? -errno : entries_end(fd, st.st_size);
    if (end >= 0 && end < st.st_size && ftruncate(fd, end) < 0) end = -errno;
    if (end < 0) {
        close(fd);
        return (int)end;
    }
    log_.size = (uint64_t)end;
    log_.fd = fd;
    return 0;
}

void log_open(int directory, const char *name, uint64_t max_size, uint32_t max_files) {
    log_.directory = directory;
    snprintf(log_.name, sizeof log_.name, "%s", name);
    log_.max_size = log_.rotate_at = max_size;
    log_.max_files = max_files;
    int r = open_file();
    if (r < 0) failed(-r, 0);
}

/* Not the old size and the length: somebody may have emptied the file, as people do with logs. */
static void look_at_size(void) {
    struct stat st;
    if (fstat(log_.fd, &st) == 0) log_.size = (uint64_t)st.st_size;
}

static void flush(void) {
    uint32_t done = 0;
    uint64_t before = log_.size;
    int r = log_.fd < 0 ? open_file() : 0;
    if (r == 0) before = log_.size;
    while (r == 0 && done < log_.length) {
        ssize_t n = write(log_.fd, out + done, log_.length - done);
        if (n < 0 && errno != EINTR) r = -errno;
        else if (n > 0) done += (uint32_t)n;
    }
    if (r < 0) {
        uint32_t kept = done;
        while (kept > 0 && out[kept - 1] != '\n') kept--;
        failed(-r, line_feeds(out + kept, log_.length - kept));
        /* the file ends with its last whole entry again; if that fails, it is repaired when it is opened next */
        if (log_.fd >= 0 && kept < done && ftruncate(log_.fd, (off_t)(before + kept)) < 0) {
            close(log_.fd);
            log_.fd = -1;
        }
    }
    if (log_.fd >= 0) look_at_size();
    log_.length = 0;
}

static void file_name(char *name, size_t size, uint32_t age) {
    if (age == 0) snprintf(name, size, "%s", log_.name);
    else snprintf(name, size, "%s.%u", log_.name, age);
}

static void rotate(void) {
    char from[NAME_MAX + 1], to[NAME_MAX + 1];
    /* whatever happens: not again for each entry */
    log_.rotate_at = log_.size + log_.max_size;
    if (log_.fd >= 0) close(log_.fd);
    log_.fd = -1;
    if (log_.max_files == 1) {
        /* not emptied: who reads it goes on to its end */
        if (unlinkat(log_.directory, log_.name, 0) < 0 && errno != ENOENT) return failed(errno, 0);
    } else {
        struct stat st;
        uint32_t age = 1;
        for (; age < log_.max_files - 1; age++) {
            file_name(to, sizeof to, age);
            if (fstatat(log_.directory, to, &st, 0) < 0) break;
        }
        for (; age > 0; age--) {
            file_name(from, sizeof from, age - 1);
            file_name(to, sizeof to, age);
            /* the current file was removed by somebody: that is a new beginning too */
            if (renameat(log_.directory, from, log_.directory, to) < 0 && errno != ENOENT) return failed(errno, 0);
        }
    }
    log_.size = 0;
    log_.rotate_at = log_.max_size;
}

static void entry(struct line *line, const uint8_t *text, uint32_t length, bool complete, const char *now) {
    if (log_.rotate_at > 0 && log_.size + log_.length >= log_.rotate_at) {
        flush();
        rotate();
    } else if (sizeof out - log_.length < 6 * length + ENTRY_FRAME) {
        flush();
    }
    /* all pieces of a line have its first one's time */
    if (!line->in_pieces) memcpy(line->tail, now, sizeof line->tail);
    line->in_pieces = !complete;
    log_.length += json_entry(out + log_.length, text, length, complete, line->tail);
}

/* Without memory for it, what there is of the line becomes a piece at once. */
static void keep(struct line *line, const uint8_t *text, uint32_t length, const char *now) {
    if (line->length + length > line->room) {
        uint32_t room = 2 * line->room > line->length + length ? 2 * line->room : line->length + length;
        if (room > PIECE) room = PIECE;
        uint8_t *bytes = realloc(line->bytes, room);
        if (bytes == NULL) {
            if (line->length > 0) entry(line, line->bytes, line->length, false, now);
            line->length = 0;
            entry(line, text, length, false, now);
            return;
        }
        line->bytes = bytes;
        line->room = room;
    }
    memcpy(line->bytes + line->length, text, length);
    line->length += length;
}

static void forget(struct line *line) {
    free(line->bytes);
    line->bytes = NULL;
    line->length = line->room = 0;
}

/* Adds to the unfinished line; returns how far it came. */
static uint32_t go_on(struct line *line, const uint8_t *text, uint32_t length, const char *now) {
    uint32_t p = 0;
    while (line->length > 0 && p < length) {
        uint32_t most = length - p < PIECE - line->length ? length - p : PIECE - line->length;
        const uint8_t *feed = memchr(text + p, '\n', most);
        uint32_t n = feed != NULL ? (uint32_t)(feed - text) - p : most;
        keep(line, text + p, n, now);
        p += n;
        if (feed != NULL) {
            entry(line, line->bytes, line->length, true, now);
            line->length = 0;
            p++;
        } else if (line->length == PIECE) {
            uint32_t cut = utf8_boundary(line->bytes, PIECE);
            entry(line, line->bytes, cut, false, now);
            memmove(line->bytes, line->bytes + cut, PIECE - cut);
            line->length = PIECE - cut;
        }
    }
    return p;
}

void log_append(struct line *line, bool error, const uint8_t *text, uint32_t length, struct timespec at) {
    char now[TAIL];
    json_tail(now, error, at);
    uint32_t p = go_on(line, text, length, now);
    while (p < length) {
        uint32_t most = length - p < PIECE ? length - p : PIECE;
        const uint8_t *feed = memchr(text + p, '\n', most);
        if (feed != NULL) {
            uint32_t n = (uint32_t)(feed - text) - p;
            entry(line, text + p, n, true, now);
            p += n + 1;
        } else if (most == PIECE) {
            uint32_t cut = utf8_boundary(text + p, PIECE);
            entry(line, text + p, cut, false, now);
            p += cut;
        } else {
            keep(line, text + p, most, now);
            p = length;
        }
    }
    if (line->length == 0) forget(line);
    flush();
}

void log_end(struct line *line, bool error, struct timespec at) {
    char now[TAIL];
    json_tail(now, error, at);
    if (line->length > 0) entry(line, line->bytes, line->length, false, now);
    line->in_pieces = false;
    forget(line);
    flush();
}

uint64_t log_lost(int *error) {
    *error = log_.error;
    return log_.lost;
}
