/* Finding, starting and ending the engine. */
#include "felucca.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *run_root(void) {
    const char *root = getenv("FELUCCA_RUN_ROOT");
    if (!root || !*root) return "/run/felucca";
    if (*root != '/') die("FELUCCA_RUN_ROOT is \"%s\", which is no absolute path", root);
    return root;
}

static void path_in(char *to, const char *directory, const char *name) {
    if (snprintf(to, PATH_MAX, "%s/%s", directory, name) >= PATH_MAX) die("%s: the path is too long", directory);
}

/* A connection, or -1 with errno. */
static int try_connect(void) {
    char path[PATH_MAX];
    path_in(path, run_root(), "shell.sock");
    int directory = -1;
    if (strlen(path) >= sizeof((struct sockaddr_un *)0)->sun_path) {
        /* an address holds 107 bytes; a name in an open directory is short */
        directory = open(run_root(), O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (directory < 0) return -1;
        snprintf(path, sizeof path, "/proc/self/fd/%d/shell.sock", directory);
    }
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) die("socket: %s", strerror(errno));
    int failed = connect(fd, (struct sockaddr *)&address, sizeof address) != 0;
    int error = errno;
    if (directory >= 0) close(directory);
    if (!failed) return fd;
    close(fd);
    errno = error;
    return -1;
}

/* The folder that holds cnf and launcher: three levels above this program. */
static void home(char *to) {
    ssize_t n = readlink("/proc/self/exe", to, PATH_MAX - 1);
    if (n < 0) die("cannot read /proc/self/exe: %s", strerror(errno));
    to[n] = 0;
    for (int i = 0; i < 3; i++) {
        char *slash = strrchr(to, '/');
        if (!slash) die("this program does not lie in launcher/target of an installation");
        *slash = 0;
    }
}

static _Noreturn void exec_java(char **more) {
    char base[PATH_MAX - 64], jar[PATH_MAX], archive[PATH_MAX + 32], directives[PATH_MAX + 32];
    char found[PATH_MAX];
    home(found);
    if (strlen(found) >= sizeof base) die("%s: the path is too long", found);
    strcpy(base, found);
    snprintf(jar, sizeof jar, "%s/launcher/target/felucca-launcher.jar", base);
    snprintf(archive, sizeof archive, "-XX:SharedArchiveFile=%s/launcher/target/felucca.jsa", base);
    /* C1 for all but digests, which need C2's intrinsics (figures in launcher/README.md) */
    snprintf(directives, sizeof directives, "-XX:CompilerDirectivesFile=%s/launcher/compiler.json", base);
    const char *java_home = getenv("JAVA_HOME");
    char java[PATH_MAX] = "java";
    if (java_home && *java_home) path_in(java, java_home, "bin/java");

    /* The JVM raises its soft limit of descriptors to the hard one; containers get what was here before. */
    struct rlimit files;
    char soft[24];
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        snprintf(soft, sizeof soft, "%llu", (unsigned long long)files.rlim_cur);
        setenv("FELUCCA_NOFILE_SOFT", soft, 1);
    }
    /* The JVM takes the encoding of file names from the locale. */
    setenv("LC_ALL", "C.UTF-8", 1);

    const char *fixed[] = {java, "-XX:+UseSerialGC", "-XX:+UnlockDiagnosticVMOptions", directives, "-Xss512k", "-Xms16m", "-Xmx256m",
                           "-XX:-UsePerfData", "-XX:+ExitOnOutOfMemoryError", "-Xshare:auto", "-Xlog:disable", "-Xlog:all=error:stderr",
                           "-Dfile.encoding=UTF-8", "-Djava.awt.headless=true"};
    size_t n = sizeof fixed / sizeof *fixed, extra = 0;
    while (more[extra]) extra++;
    const char **argv = calloc(n + extra + 4, sizeof *argv);
    if (!argv) die("no memory");
    memcpy(argv, fixed, sizeof fixed);
    if (access(strchr(archive, '=') + 1, R_OK) == 0) argv[n++] = archive;
    argv[n++] = "-jar";
    argv[n++] = jar;
    memcpy(argv + n, more, extra * sizeof *more);
    execvp(java, (char **)(uintptr_t)argv);
    die("cannot run %s: %s; Felucca needs Java 17 (openjdk-17-jre-headless)", java, strerror(errno));
}

_Noreturn void engine_daemon(char **arguments) {
    exec_java(arguments);
}

static void make_directories(const char *path) {
    char partial[PATH_MAX];
    path_in(partial, path, "");
    for (char *p = partial + 1; *p; p++) {
        if (*p != '/') continue;
        *p = 0;
        if (mkdir(partial, 0755) != 0 && errno != EEXIST) die("cannot make the directory %s: %s", partial, strerror(errno));
        *p = '/';
    }
}

static _Noreturn void become_engine(int ready) {
    char out[PATH_MAX], number[12];
    path_in(out, run_root(), "engine.out");
    setsid();
    int null = open("/dev/null", O_RDONLY);
    int log = open(out, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW, 0600);
    if (null < 0 || log < 0) die("cannot open %s: %s", null < 0 ? "/dev/null" : out, strerror(errno));
    dup2(null, 0);
    dup2(log, 1);
    dup2(log, 2);
    if (chdir("/") != 0) die("chdir /: %s", strerror(errno));
    umask(022);
    signal(SIGPIPE, SIG_DFL);
    /* nothing that the caller happened to have open stays open for the life of the engine */
    syscall(SYS_close_range, 3U, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */);
    fcntl(ready, F_SETFD, 0);
    snprintf(number, sizeof number, "%d", ready);
    setenv("FELUCCA_READY_FD", number, 1);
    char *none[] = {NULL};
    exec_java(none);
}

/* Puts the reason for which the engine did not start where it said it. */
static void explain(pid_t child, char *said, size_t size) {
    char out[PATH_MAX], text[2048];
    if (!strncmp(said, "failed ", 7)) {
        said[strcspn(said, "\n")] = 0;
        memmove(said, said + 7, strlen(said + 7) + 1);
        return;
    }
    int status = 0;
    waitpid(child, &status, 0);
    path_in(out, run_root(), "engine.out");
    int fd = open(out, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    if (fd >= 0) close(fd);
    text[n < 0 ? 0 : n] = 0;
    text[strcspn(text, "\n")] = 0;
    snprintf(said, size, "%s %d%s%s; see %s", WIFSIGNALED(status) ? "signal" : "status",
             WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), *text ? ": " : "", text, out);
}

/* Starts the engine in the background and waits until it is ready or has a reason why not; its process. */
static pid_t start(char *said, size_t size) {
    int pipes[2];
    if (pipe2(pipes, O_CLOEXEC) != 0) die("pipe: %s", strerror(errno));
    pid_t child = fork();
    if (child < 0) die("fork: %s", strerror(errno));
    if (child == 0) become_engine(pipes[1]);
    close(pipes[1]);
    size_t length = 0;
    while (length < size - 1) {
        ssize_t n = read(pipes[0], said + length, size - 1 - length);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        length += (size_t)n;
        if (memchr(said, '\n', length)) break;
    }
    said[length] = 0;
    close(pipes[0]);
    if (strcmp(said, "ready\n") == 0) *said = 0;
    else explain(child, said, size);
    return child;
}

/* The process that holds the lock on the pid file; 0 if none does. */
static pid_t owner(void) {
    char path[PATH_MAX];
    path_in(path, run_root(), "felucca.pid");
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        if (errno == ENOENT) return 0;
        die("cannot open %s: %s", path, strerror(errno));
    }
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(fd, F_GETLK, &lock) != 0) die("cannot ask for the lock on %s: %s", path, strerror(errno));
    close(fd);
    return lock.l_type == F_UNLCK ? 0 : lock.l_pid;
}

/* A descriptor of the process that holds the run root, and its id; -1 if none does. */
static int owner_fd(pid_t *pid) {
    *pid = owner();
    if (*pid <= 0) return -1;
    int fd = (int)syscall(SYS_pidfd_open, *pid, 0);
    /* asked again: now the descriptor is known to be that process's */
    if (fd >= 0 && owner() == *pid) return fd;
    if (fd >= 0) close(fd);
    return -1;
}

/* A connection to the engine of that process, which is coming up or going down; -1 when it has ended. */
static int await_connection(int process) {
    int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    /* its permissions are set when it listens */
    if (watch < 0 || inotify_add_watch(watch, run_root(), IN_CREATE | IN_ATTRIB) < 0)
        die("cannot watch %s: %s", run_root(), strerror(errno));
    int fd;
    while ((fd = try_connect()) < 0) {
        char events[4096];
        struct pollfd p[] = {{.fd = process, .events = POLLIN}, {.fd = watch, .events = POLLIN}};
        if (poll(p, 2, -1) < 0 && errno != EINTR) die("poll: %s", strerror(errno));
        if (p[0].revents) break;
        while (read(watch, events, sizeof events) > 0) continue;
    }
    close(watch);
    return fd;
}

int engine_connect(void) {
    int fd = try_connect();
    if (fd >= 0) return fd;
    if (errno == EACCES || errno == EPERM) die("the engine on %s may be commanded by root only", run_root());
    if (errno != ENOENT && errno != ECONNREFUSED) die("cannot connect to the engine on %s: %s", run_root(), strerror(errno));
    char path[PATH_MAX], why[2 * PATH_MAX] = "";
    make_directories(run_root());
    path_in(path, run_root(), "start.lock");
    /* one client starts it, the others wait here */
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0) die("cannot open %s: %s", path, strerror(errno));
    while (flock(lock, LOCK_EX) != 0)
        if (errno != EINTR) die("cannot lock %s: %s", path, strerror(errno));
    pid_t started = 0;
    while ((fd = try_connect()) < 0) {
        pid_t pid;
        int process = owner_fd(&pid);
        if (process >= 0 && pid != started) {
            /* somebody runs `felucca daemon` there, or it is shutting down */
            fd = await_connection(process);
            close(process);
            if (fd >= 0) break;
            started = 0;
        } else if (started) {
            die("the engine %s%s", *why ? "does not start: " : "has started but does not answer", why);
        } else {
            started = start(why, sizeof why);
        }
    }
    close(lock);
    return fd;
}

int engine_shutdown(void) {
    pid_t pid;
    int fd = owner_fd(&pid);
    if (fd < 0) {
        fprintf(stderr, "felucca: no engine runs on %s\n", run_root());
        return 0;
    }
    if (syscall(SYS_pidfd_send_signal, fd, SIGTERM, NULL, 0) != 0) die("cannot signal process %d: %s", (int)pid, strerror(errno));
    struct pollfd end = {.fd = fd, .events = POLLIN};
    while (poll(&end, 1, -1) < 0)
        if (errno != EINTR) die("poll: %s", strerror(errno));
    return 0;
}
