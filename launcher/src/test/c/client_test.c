/* The client against malformed frames, slow readers, signals and a terminal. A seed may be given for the random part. */
#include "fake.h"
#include "felucca.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static char out[1 << 17], err[1 << 14];
static struct frame f;

static int end(struct client *c) {
    int status = client_end(c, out, err, sizeof err);
    if (strstr(err, "Sanitizer") || strstr(err, "runtime error")) {
        fputs(err, stderr);
        failures++;
    }
    return status;
}

static uint32_t number(const unsigned char *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Grants input and sees it come: from then on the client's session runs. */
static void input(struct client *c, int to, const char *text) {
    unsigned char grant[4];
    put32(grant, (uint32_t)strlen(text));
    send_typed(c, WINDOW, grant, sizeof grant);
    CHECK(write(to, text, strlen(text)) == (ssize_t)strlen(text));
    receive(c, &f);
    CHECK(f.type == STDIN && f.length == strlen(text) && !memcmp(f.payload, text, f.length));
}

static void expect_signal(struct client *c, int which) {
    receive(c, &f);
    CHECK(f.type == SIGNAL && f.length == 1 && f.payload[0] == which);
}

static void request(void) {
    struct client c;
    char *arguments[] = {"run", "--x", "", "\xc3\xa4 b", NULL}, here[4096];
    client_start(&c, 0, arguments);
    client_accept(&c);
    receive(&c, &f);
    CHECK(f.type == HELLO && f.length == 8 && !memcmp(f.payload, "felucca\001", 8));
    receive(&c, &f);
    CHECK(f.type == EXEC && f.payload[0] == COMMAND && f.payload[1] == 0 && number(f.payload + 2) == 0 && number(f.payload + 6) == 4);
    unsigned char *at = f.payload + 14, *past = f.payload + f.length;
    CHECK(getcwd(here, sizeof here) && number(at) == strlen(here) && !memcmp(at + 4, here, strlen(here)));
    at += 4 + number(at);
    for (int i = 0; i < 4; i++, at += 4 + number(at))
        CHECK(number(at) == strlen(arguments[i]) && !memcmp(at + 4, arguments[i], number(at)));
    unsigned variables = 0;
    for (; at < past; at += 4 + number(at)) variables++;
    CHECK(at == past && variables == number(f.payload + 10));
    send_typed(&c, EXIT, "*", 1);
    CHECK(end(&c) == '*' && !*out && !*err);
}

static void malformed(void) {
    static const struct {
        const char *bytes;
        size_t length;
        const char *says;
    } cases[] = {
        {"\025\0\0\0\0\0\0\2xx", 10, "malformed frame of type 21"},
        {"\025\0\0\0\0\0\0\0", 8, "malformed frame of type 21"},
        {"\021\1\0\0\0\0\0\0", 8, "malformed frame"},
        {"\021\0\0\1\0\0\0\0", 8, "malformed frame"},
        {"\021\0\0\0\0\1\0\1", 8, "malformed frame"},
        {"\021\0\0\0\377\377\377\377", 8, "malformed frame"},
        {"\0\0\0\0\0\0\0\0", 8, "malformed frame of type 0"},
        {"\3\0\0\0\0\0\0\0", 8, "malformed frame of type 3"},
        {"\377\0\0\0\0\0\0\0", 8, "malformed frame of type 255"},
        {"\023\0\0\0\0\0\0\0", 8, "malformed frame of type 19"},
        {"\023\0\0\0\0\0\0\2\1\1", 10, "malformed frame of type 19"},
        {"\024\0\0\0\0\0\0\3\0\0\1", 11, "malformed frame of type 20"},
        {"\024\0\0\0\0\0\0\4\377\377\377\377", 12, "malformed frame of type 20"},
        {"\024\0\0\0\0\0\0\4\0\1\0\0\024\0\0\0\0\0\0\4\0\0\0\1\024\0\0\0\0\0\0\4\0\0\0\1", 36, "malformed frame of type 20"},
        {"", 0, "the engine ended while the command ran"},
        {"\021\0\0\0\0\0\0", 7, "the engine ended while the command ran"},
        {"\021\0\0\0\0\0\0\5abc", 11, "the engine ended while the command ran"},
        {"\026\0\0\0\0\0\0\0", 8, "felucca: \n"},
        {"\026\0\0\0\0\0\0\4%s%n", 12, "felucca: %s%n\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct client c;
        client_running(&c, 0, &f);
        send_bytes(&c, cases[i].bytes, cases[i].length);
        shutdown(c.connection, SHUT_WR);
        int status = end(&c), said = strstr(err, cases[i].says) != NULL;
        CHECK(status == EXIT_CLIENT);
        CHECK(said);
        if (status != EXIT_CLIENT || !said) fprintf(stderr, "  case %zu: status %d, %s\n", i, status, err);
    }
}

static void output(void) {
    struct client c;
    static unsigned char data[60000], frame[HEADER + sizeof data];
    for (size_t i = 0; i < sizeof data; i++) data[i] = (unsigned char)('a' + i % 26);
    client_running(&c, 0, &f);
    send_typed(&c, STDERR, "complaint", 9);
    send_typed(&c, STDOUT, "", 0);
    frame[0] = STDOUT;
    put32(frame + 4, sizeof data);
    memcpy(frame + HEADER, data, sizeof data);
    /* in pieces that end everywhere */
    for (size_t at = 0, step = 1; at < sizeof frame; at += step, step = step % 997 + 1)
        send_bytes(&c, frame + at, at + step < sizeof frame ? step : sizeof frame - at);
    send_typed(&c, EXIT, "", 1);
    int status = client_end(&c, out, err, sizeof out);
    CHECK(status == 0 && strlen(out) == sizeof data && !memcmp(out, data, sizeof data));
    err[9] = 0;
    CHECK(!strcmp(err, "complaint"));
}

static void input_by_credit(void) {
    struct client c;
    int waiting = 0;
    client_running(&c, 0, &f);
    CHECK(write(c.in, "unasked", 7) == 7);
    unsigned char grant[4];
    put32(grant, 2);
    send_typed(&c, WINDOW, grant, 4);
    receive(&c, &f);
    CHECK(f.type == STDIN && f.length == 2 && !memcmp(f.payload, "un", 2));
    CHECK(ioctl(c.in, FIONREAD, &waiting) == 0 && waiting == 5);
    close(c.in);
    c.in = -1;
    put32(grant, 100);
    send_typed(&c, WINDOW, grant, 4);
    receive(&c, &f);
    CHECK(f.type == STDIN && f.length == 5 && !memcmp(f.payload, "asked", 5));
    receive(&c, &f);
    CHECK(f.type == STDIN_EOF && f.length == 0);
    send_typed(&c, EXIT, "\7", 1);
    CHECK(end(&c) == 7);
}

static void no_reader(void) {
    struct client c;
    client_running(&c, 0, &f);
    close(c.out);
    c.out = c.err;
    send_typed(&c, STDOUT, "x", 1);
    receive(&c, &f);
    CHECK(f.type == 0);
    c.out = dup(c.err);
    CHECK(end(&c) == 128 + SIGPIPE);
}

/* Its reader takes nothing; signals pass all the same. */
static void slow_reader(void) {
    struct client c;
    static unsigned char frame[HEADER + 65536] = {STDOUT};
    put32(frame + 4, 65536);
    client_running(&c, 0, &f);
    input(&c, c.in, "i");
    /* a message of zeros is no frame's end, so all goes out whole: more than the pipe and the client hold */
    size_t at = 0, total = 4 * sizeof frame;
    while (at < total) {
        ssize_t n = send(c.connection, frame + at % sizeof frame, sizeof frame - at % sizeof frame, MSG_NOSIGNAL);
        if (n <= 0) give_up("send");
        at += (size_t)n;
        if (at > 2 * sizeof frame && n > 0) break;
    }
    kill(c.pid, SIGTERM);
    expect_signal(&c, SIGTERM);
    kill(c.pid, SIGKILL);
    CHECK(client_end(&c, out, err, sizeof out) == 256 + SIGKILL);
}

static void signals(void) {
    static const int all[] = {SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGTERM, SIGINT};
    struct client c;
    client_running(&c, 0, &f);
    input(&c, c.in, "i");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        kill(c.pid, all[i]);
        expect_signal(&c, all[i]);
    }
    kill(c.pid, SIGINT); /* the third that asks it to end */
    CHECK(end(&c) == 128 + SIGINT && strstr(err, "asked three times"));
    signal(SIGHUP, SIG_IGN); /* as nohup does */
    client_running(&c, 0, &f);
    signal(SIGHUP, SIG_DFL);
    input(&c, c.in, "i");
    kill(c.pid, SIGHUP);
    kill(c.pid, SIGUSR1);
    expect_signal(&c, SIGUSR1);
    send_typed(&c, EXIT, "\1", 1);
    CHECK(end(&c) == 1);
}

static int is_raw(struct client *c) {
    struct termios t;
    if (tcgetattr(c->master, &t) != 0) give_up("tcgetattr");
    return !(t.c_lflag & (ICANON | ECHO | ISIG));
}

/* Raw; output behind it proves that the frame was worked off. */
static void make_raw(struct client *c) {
    char seen;
    send_typed(c, RAW, "\1", 1);
    send_typed(c, STDOUT, "x", 1);
    CHECK(read(c->out, &seen, 1) == 1);
    input(c, c->master, "\3"); /* ^C is a byte like any other now */
    CHECK(is_raw(c));
}

static void done(struct client *c, int wanted) {
    CHECK(end(c) == wanted);
    CHECK(!is_raw(c));
    close(c->master);
    close(c->terminal);
}

static void terminal(void) {
    struct client c;
    struct winsize size = {.ws_col = 132, .ws_row = 43};
    client_running(&c, 1, &f);
    CHECK(f.payload[1] == 1 && number(f.payload + 2) == (80 << 16 | 24));
    input(&c, c.master, "line\n");
    CHECK(!is_raw(&c));
    CHECK(ioctl(c.master, TIOCSWINSZ, &size) == 0);
    receive(&c, &f);
    CHECK(f.type == RESIZE && f.length == 4 && number(f.payload) == (132 << 16 | 43));
    CHECK(write(c.master, "\3", 1) == 1); /* ^C of the line discipline */
    expect_signal(&c, SIGINT);
    make_raw(&c);
    send_typed(&c, RAW, "\0", 1);
    input(&c, c.master, "x\n");
    CHECK(!is_raw(&c));
    make_raw(&c);
    send_typed(&c, EXIT, "\5", 1);
    done(&c, 5);
    client_running(&c, 1, &f);
    make_raw(&c);
    send_typed(&c, ERROR, "bad", 3);
    done(&c, EXIT_CLIENT);
    client_running(&c, 1, &f);
    make_raw(&c);
    shutdown(c.connection, SHUT_RDWR);
    done(&c, EXIT_CLIENT);
    client_running(&c, 1, &f);
    make_raw(&c);
    send_typed(&c, 99, "", 0);
    done(&c, EXIT_CLIENT);
    client_running(&c, 1, &f);
    make_raw(&c);
    for (int i = 0; i < 3; i++) kill(c.pid, SIGTERM), i < 2 ? expect_signal(&c, SIGTERM) : (void)0;
    done(&c, 128 + SIGTERM);
}

/* An engine that does not come up: a program in place of java says so, or just ends. */
static void no_engine(void) {
    char directory[] = "/tmp/felucca-client-java-XXXXXX", path[128], run[64], lock[128], said[128];
    if (!mkdtemp(directory)) give_up("mkdtemp");
    snprintf(path, sizeof path, "%s/bin", directory);
    snprintf(run, sizeof run, "%s/run", directory);
    if (mkdir(path, 0700) != 0) give_up(path);
    snprintf(path, sizeof path, "%s/bin/java", directory);
    static const struct {
        const char *script, *says;
    } cases[] = {
        {"echo 'failed it is ill' >&$FELUCCA_READY_FD", "felucca: the engine does not start: it is ill\n"},
        {"echo no memory >&2; exit 3", "felucca: the engine does not start: status 3: no memory; see "},
        {"kill -9 $$", "felucca: the engine does not start: signal 9; see "},
        {"echo ready >&$FELUCCA_READY_FD", "felucca: the engine has started but does not answer\n"},
    };
    setenv("JAVA_HOME", directory, 1);
    setenv("FELUCCA_RUN_ROOT", run, 1);
    char *arguments[] = {"x", NULL};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        FILE *script = fopen(path, "w");
        if (!script || fprintf(script, "#!/bin/sh\n%s\n", cases[i].script) < 0 || fclose(script) != 0 || chmod(path, 0700) != 0) give_up(path);
        struct client c;
        client_start(&c, 0, arguments);
        int status = end(&c), as_wanted = !strncmp(err, cases[i].says, strlen(cases[i].says));
        CHECK(status == EXIT_CLIENT && as_wanted);
        if (!as_wanted) fprintf(stderr, "  status %d, %s", status, err);
    }
    unsetenv("JAVA_HOME");
    setenv("FELUCCA_RUN_ROOT", fake_root(), 1);
    snprintf(lock, sizeof lock, "%s/start.lock", run);
    snprintf(said, sizeof said, "%s/engine.out", run);
    unlink(path);
    unlink(lock);
    unlink(said);
    rmdir(run);
    snprintf(path, sizeof path, "%s/bin", directory);
    rmdir(path);
    CHECK(rmdir(directory) == 0);
}

/* Frames of which about a third has a wrong byte, cut off anywhere: any exit status will do, but no crash and no hang. */
static void random_frames(unsigned rounds, unsigned seed) {
    static const unsigned char types[] = {STDOUT, STDERR, RAW, WINDOW, EXIT, ERROR, STDOUT, STDERR, WINDOW, STDOUT};
    srand(seed);
    for (unsigned i = 0; i < rounds; i++) {
        struct client c;
        static unsigned char bytes[1 << 15];
        size_t length = 0;
        client_running(&c, 0, &f);
        for (int frames = rand() % 12; frames > 0; frames--) {
            unsigned type = types[(unsigned)rand() % sizeof types];
            size_t n = type == STDOUT || type == STDERR || type == ERROR ? (size_t)(rand() % 2000) : type == WINDOW ? 4 : 1;
            unsigned char *at = bytes + length;
            memset(at, 0, HEADER + n);
            at[0] = (unsigned char)type;
            put32(at + 4, (uint32_t)n);
            if (type == WINDOW) put32(at + HEADER, (uint32_t)(rand() % 70000));
            if (rand() % 3 == 0) at[rand() % (HEADER + 1)] = (unsigned char)rand();
            length += HEADER + n;
        }
        if (length && rand() % 2) length -= (size_t)rand() % (length < 20 ? length : 20);
        send_bytes(&c, bytes, length);
        shutdown(c.connection, SHUT_WR);
        close(c.in);
        c.in = -1;
        int status = end(&c);
        CHECK(status < 256);
    }
}

int main(int argc, char **argv) {
    /* a shell's background jobs ignore these */
    signal(SIGINT, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
    alarm(240); /* a client that hangs fails the test */
    signal(SIGPIPE, SIG_IGN);
    fake_open();
    setenv("FELUCCA_RUN_ROOT", fake_root(), 1);
    request();
    malformed();
    output();
    input_by_credit();
    no_reader();
    slow_reader();
    signals();
    terminal();
    no_engine();
    random_frames(1500, argc > 1 ? (unsigned)atoi(argv[1]) : 1);
    fake_close();
    printf("client_test: %d checks, %d failed\n", checks, failures);
    return failures != 0;
}
