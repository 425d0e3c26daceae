/* A test program's means: CHECK goes on after a failure, and finish() says how it went. */
#ifndef FELUCCA_CHECK_H
#define FELUCCA_CHECK_H

#include <stdio.h>

static int checks, failures;

#define CHECK(condition, ...)                                        \
    do {                                                             \
        checks++;                                                    \
        if (!(condition)) {                                          \
            failures++;                                              \
            fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition); \
            fprintf(stderr, __VA_ARGS__);                            \
            fputc('\n', stderr);                                     \
        }                                                            \
    } while (0)

static int finish(const char *name) {
    fprintf(stderr, "%s: %d checks, %d failed\n", name, checks, failures);
    return failures != 0;
}

#endif
