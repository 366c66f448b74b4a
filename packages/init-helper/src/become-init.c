/*
 * Stays behind as PID 1 of the container: reaps whatever is orphaned there, forwards signals to the command, and
 * ends as it ends, which takes the rest of the container with it. Privileges: those the Plan left at this step.
 * Trusts nobody and listens to nobody but the kernel's signals.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "steps.h"

/* Takes every process that has ended. Exits when `command` is among them. */
static void reap(pid_t command) {
	int status;
	for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0;)
		if (pid == command)
			_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

static _Noreturn void stay_as_init(pid_t command, const sigset_t *all) {
	/* The control socket must end when the command is executed, and nothing of the host stay open in PID 1. */
	for (int fd = 3; syscall(SYS_close_range, 3, ~0u, 0) == -1 && fd < 1024; fd++)
		close(fd);
	(void)!chdir("/");
	for (;;) {
		siginfo_t info;
		const int number = sigwaitinfo(all, &info);
		if (number == SIGCHLD)
			reap(command);
		else if (number > 0)
			kill(command, number);
	}
}

/*
 * With a terminal of our own the command's group becomes its foreground, so that job control works as under a
 * shell. With somebody else's it must stay in the group it is in, or reading from it would stop it.
 */
static int lead_group(void) {
	if (getsid(0) != getppid() || !isatty(0))
		return 0;
	return setpgid(0, 0) == -1 ? -1 : tcsetpgrp(0, getpgrp()); /* SIGTTOU is blocked, as all are */
}

/* The command goes on when PID 1 has closed its descriptors: it finds there what it would find later. */
static void wait_until_closed(const int closed[2]) {
	char byte;
	close(closed[1]);
	(void)!read(closed[0], &byte, 1);
	close(closed[0]);
}

int run_become_init(struct state *state, const struct plan_record *record) {
	sigset_t all;
	int closed[2];
	sigfillset(&all);
	/* Before the fork, or a signal in between is lost; exec clears the mask for the command. */
	if (sigprocmask(SIG_SETMASK, &all, NULL) == -1 || pipe2(closed, O_CLOEXEC) == -1)
		return -1;
	const pid_t command = fork();
	if (command > 0)
		stay_as_init(command, &all);
	wait_until_closed(closed);
	return command == -1 ? -1 : lead_group();
}
