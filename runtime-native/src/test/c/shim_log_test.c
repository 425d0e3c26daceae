/* The log: the golden file that the engine's writer passes too, rotation, torn entries, a disk that is full. */
#include "check.h"
#include "shim.h"
#include "sys.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

static const struct timespec at = {1767225600, 123456789};
static char folder[] = "/tmp/felucca-log-XXXXXX";
static int directory;

static uint8_t *slurp(int dir, const char *name, size_t *length) {
    int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0) {
        *length = 0;
        if (fd >= 0) close(fd);
        return NULL;
    }
    uint8_t *all = malloc((size_t)st.st_size + 1);
    if (all == NULL || read(fd, all, (size_t)st.st_size) != st.st_size) abort();
    close(fd);
    *length = (size_t)st.st_size;
    return all;
}

static void feed(const char *name, const uint8_t *text, size_t length, size_t chunk, uint64_t max, uint32_t files) {
    struct line line = {0};
    log_open(directory, name, max, files);
    for (size_t i = 0; i < length; i += chunk)
        log_append(&line, false, text + i, (uint32_t)(length - i < chunk ? length - i : chunk), at);
    log_end(&line, false, at);
}

static void golden(const char *resources) {
    size_t in_length, want_length, got_length;
    int dir = open(resources, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    uint8_t *in = slurp(dir, "input", &in_length), *want = slurp(dir, "expected.json", &want_length);
    CHECK(in != NULL && want != NULL, "golden files in %s", resources);
    static const size_t chunks[] = {1, 7, 1000, 16383, 16384, 16385, 65536};
    for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
        feed("golden", in, in_length, chunks[i], 0, 1);
        uint8_t *got = slurp(directory, "golden", &got_length);
        CHECK(got_length == want_length && memcmp(got, want, want_length) == 0, "chunks of %zu", chunks[i]);
        unlinkat(directory, "golden", 0);
        free(got);
    }
    free(in);
    free(want);
    close(dir);
}

static void rotation(void) {
    size_t length;
    struct stat st;
    for (int i = 0; i < 9; i++) {
        uint8_t text[100];
        memset(text, 'a' + i, 99);
        text[99] = '\n';
        feed("rotated", text, 100, 100, 300, 3);
    }
    static const struct {
        const char *name;
        char first;
    } files[] = {{"rotated", 'i'}, {"rotated.1", 'g'}, {"rotated.2", 'e'}};
    for (int i = 0; i < 3; i++) {
        uint8_t *got = slurp(directory, files[i].name, &length);
        CHECK(got != NULL && length > 9 && got[8] == files[i].first, "%s begins with %c", files[i].name, got ? got[8] : '-');
        free(got);
    }
    CHECK(fstatat(directory, "rotated.3", &st, 0) < 0, "three files at most");
}

static void torn(void) {
    static const char half[] = "{\"log\":\"whole\"}\n{\"log\":\"ha";
    int fd = openat(directory, "torn", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    size_t length;
    if (write(fd, half, sizeof half - 1) < 0) abort();
    close(fd);
    feed("torn", (const uint8_t *)"next\n", 5, 5, 0, 1);
    uint8_t *got = slurp(directory, "torn", &length);
    CHECK(length > 40 && memcmp(got + 16, "{\"log\":\"next", 12) == 0, "the torn entry is gone: %.*s", (int)length, (char *)got);
    free(got);
}

/* RLIMIT_FSIZE stands for the full disk: writes go half-way, and then fail. */
static void full(void) {
    struct rlimit before, small = {1000, RLIM_INFINITY};
    size_t length;
    int error;
    getrlimit(RLIMIT_FSIZE, &before);
    small.rlim_max = before.rlim_max;
    setrlimit(RLIMIT_FSIZE, &small);
    uint8_t text[3000];
    memset(text, 'x', sizeof text);
    for (size_t i = 99; i < sizeof text; i += 100) text[i] = '\n';
    feed("full", text, sizeof text, sizeof text, 0, 1);
    setrlimit(RLIMIT_FSIZE, &before);
    uint64_t lost = log_lost(&error);
    uint8_t *got = slurp(directory, "full", &length);
    CHECK(error == EFBIG && lost == 25, "%llu lost, error %d", (unsigned long long)lost, error);
    CHECK(length > 0 && length <= 1000 && got[length - 1] == '\n', "ends with a whole entry, %zu", length);
    free(got);
}

int main(int argc, char **argv) {
    if (argc != 2 || mkdtemp(folder) == NULL) return 2;
    signal(SIGXFSZ, SIG_IGN);
    directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    golden(argv[1]);
    rotation();
    torn();
    full();
    static const char *names[] = {"rotated", "rotated.1", "rotated.2", "torn", "full"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) unlinkat(directory, names[i], 0);
    close(directory);
    CHECK(rmdir(folder) == 0, "nothing else in %s", folder);
    return finish("shim_log_test");
}
