/*
 * The step that runs a hook of the Spec's: a program of the host's before the root is changed, of the container's
 * after. Privileges: those of the moment, which the hook gets too. Trusts: nothing of what the hook does but its
 * exit status.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "scoped.h"
#include "steps.h"

#define MOST_STRINGS 1024

/* Fills `pointers` with the strings of a list and a NULL. */
static int list_strings(char *pointers[MOST_STRINGS + 1], const struct plan_arg *strings) {
	const char *text = strings->text;
	if (strings->count > MOST_STRINGS) {
		errno = E2BIG;
		return -1;
	}
	for (uint32_t i = 0; i < strings->count; i++, text = next_string(text))
		pointers[i] = (char *)(uintptr_t)text;
	pointers[strings->count] = NULL;
	return 0;
}

/* What it writes is nobody's output. All else that is open here is close-on-exec. */
static void become_hook(const struct plan_record *record, int failure) {
	static char *argv[MOST_STRINGS + 1], *env[MOST_STRINGS + 1];
	const struct plan_arg *args = record->args;
	const int state_fd = (int)args[HOOK_STATE_FD].number;
	const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null != -1) {
		dup2(null, 1);
		dup2(null, 2);
	}
	if (list_strings(argv, &args[HOOK_ARGV]) == 0 && list_strings(env, &args[HOOK_ENV]) == 0 &&
	    lseek(state_fd, 0, SEEK_SET) == 0 && dup2(state_fd, 0) == 0)
		execve(args[HOOK_PATH].text, argv, env);
	const int error = errno;
	(void)!write(failure, &error, sizeof error);
	_exit(1);
}

/* 0 when the process has ended within the time, else -1 with ETIMEDOUT, and it is killed. */
static int wait_within(pid_t pid, int timeout_ms) {
	SCOPED_FD pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd entry = {pidfd, POLLIN, 0};
	if (pidfd == -1 || timeout_ms == 0)
		return 0;
	int ready;
	do
		ready = poll(&entry, 1, timeout_ms);
	while (ready == -1 && errno == EINTR);
	if (ready != 0)
		return 0;
	kill(pid, SIGKILL);
	errno = ETIMEDOUT;
	return -1;
}

int run_hook(struct state *state, const struct plan_record *record) {
	int pair[2], error = 0, status = 0;
	if (pipe2(pair, O_CLOEXEC) == -1)
		return -1;
	SCOPED_FD result = pair[0];
	const pid_t pid = fork();
	if (pid == 0)
		become_hook(record, pair[1]);
	close(pair[1]);
	if (pid == -1)
		return -1;
	const ssize_t told = read(result, &error, sizeof error); /* the end: it has been executed */
	const int is_late = wait_within(pid, (int)record->args[HOOK_TIMEOUT_MS].number) == -1;
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	errno = told == (ssize_t)sizeof error ? error : is_late ? ETIMEDOUT : ECANCELED;
	return told == 0 && !is_late && status == 0 ? 0 : -1;
}
