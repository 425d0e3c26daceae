/* The client of the engine; its protocol is specified in launcher/PROTOCOL.md. */
#ifndef FELUCCA_H
#define FELUCCA_H

#include <stddef.h>
#include <stdint.h>

/* Exit status when the client itself fails, as docker's. */
enum { EXIT_CLIENT = 125 };

/* Frame types. */
enum {
    HELLO = 1, EXEC = 2, STDIN = 3, STDIN_EOF = 4, RESIZE = 5, SIGNAL = 6,
    STDOUT = 17, STDERR = 18, RAW = 19, WINDOW = 20, EXIT = 21, ERROR = 22
};

enum { VERSION = 1, HEADER = 8, MAX_PAYLOAD = 64 << 10, MAX_EXEC = 4 << 20 };

/* What an EXEC is. */
enum mode { COMMAND = 0, INTERACTIVE = 1, PROGRAM = 2 };

/* Prints "felucca: " and the message, and ends with EXIT_CLIENT. Puts the terminal back first. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* engine.c */

/* A connection to the engine on the run root, which is started if none runs there. */
int engine_connect(void);
/* Becomes the engine, in the foreground. */
_Noreturn void engine_daemon(char **arguments);
/* Ends the engine in order and waits for its end; returns the exit status. */
int engine_shutdown(void);

/* session.c */

/* Writes one frame. */
void send_frame(int fd, unsigned type, const void *payload, size_t length);
void put32(unsigned char *to, uint32_t n);
void put16(unsigned char *to, unsigned n);
/* Serves the command until its end; returns its exit status. */
int session(int fd);
/* Columns and rows of the first descriptor that is a terminal; zeros if none is. */
void window_size(unsigned *columns, unsigned *rows);
/* Puts the terminal back into the mode in which it was found. */
void terminal_restore(void);

/* output.c: writes to stdout (1) and stderr (2) that never block. */

/* Writes what it can of the data; the number of bytes, 0 if the reader has no room now. Ends the program when there is no reader. */
size_t output_some(int fd, const unsigned char *data, size_t length);

#endif
