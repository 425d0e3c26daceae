/*
 * docker-init: process 1 of a container with --init. Runs the program after "--", passes signals on to it, reaps what is
 * orphaned, and ends with the program's exit code, or 128 and the signal that ended it. The kernel then kills what is left.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FAILED = 125, NOT_EXECUTABLE = 126, NOT_FOUND = 127, KILLED = 128 };

static int fail(const char *what, int code)
{
	fprintf(stderr, "docker-init: %s: %s\n", what, strerror(errno));
	return code;
}

/* The program is the terminal's foreground job, in a group of its own, as a shell would have it. */
static int program(char **argv, const sigset_t *mask)
{
	int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
	if (setpgid(0, 0) < 0)
		return fail("setpgid", FAILED);
	if (terminal >= 0) {
		/* SIGTTOU is blocked still */
		if (tcsetpgrp(terminal, getpid()) < 0 && errno != ENOTTY)
			return fail("tcsetpgrp", FAILED);
		close(terminal);
	}
	if (sigprocmask(SIG_SETMASK, mask, NULL) < 0)
		return fail("sigprocmask", FAILED);
	execvp(argv[0], argv);
	return fail(argv[0], errno == ENOENT ? NOT_FOUND : NOT_EXECUTABLE);
}

/* Reaps all that have ended; whether the program is among them. */
static int reap(pid_t child, int *code)
{
	int over = 0, status;
	pid_t pid;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != child)
			continue;
		over = 1;
		*code = WIFSIGNALED(status) ? KILLED + WTERMSIG(status) : WEXITSTATUS(status);
	}
	return over;
}

int main(int argc, char **argv)
{
	/* what a fault in this program raises is not for the other */
	static const int own[] = { SIGFPE, SIGILL, SIGSEGV, SIGBUS, SIGABRT, SIGTRAP, SIGSYS };
	sigset_t all, before;
	int first = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1;

	if (argc <= first) {
		fprintf(stderr, "usage: docker-init [--] PROGRAM [ARGUMENT...]\n");
		return FAILED;
	}
	sigfillset(&all);
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		sigdelset(&all, own[i]);
	if (sigprocmask(SIG_SETMASK, &all, &before) < 0)
		return fail("sigprocmask", FAILED);
	pid_t child = fork();
	if (child < 0)
		return fail("fork", FAILED);
	if (child == 0)
		_exit(program(argv + first, &before));
	for (;;) {
		siginfo_t info;
		int code = 0, signal = sigwaitinfo(&all, &info);
		if (signal < 0 && errno != EINTR)
			return fail("sigwaitinfo", FAILED);
		if (signal == SIGCHLD) {
			if (reap(child, &code))
				return code;
		} else if (signal > 0 && kill(child, signal) < 0 && errno != ESRCH) {
			return fail("kill", FAILED);
		}
	}
}
