/*
 * The steps of a container that is created by one process and started by another.
 * Privileges: the command's own by now. Trusts: whoever may connect to the socket, which lies in a directory that
 * only the creator's user may enter. The helper is undumpable, so that nobody in the container can become it.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control.h"
#include "scoped.h"
#include "steps.h"

/* The kernel spares the first process of a PID namespace every signal that it does not handle, its own too. */
static void end_by(int number) {
	raise(number);
	_exit(128 + number);
}

/* A created container can be told to end by the signals that ask a program to. exec resets them. */
static void obey_signals(void) {
	const struct sigaction action = {.sa_handler = end_by, .sa_flags = SA_NODEFER | (int)SA_RESETHAND};
	static const int asking[] = {SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGTERM};
	for (size_t i = 0; i < sizeof asking / sizeof *asking; i++)
		(void)sigaction(asking[i], &action, NULL);
}

/* One connection is all: who comes later is refused, because nobody listens any more. */
int run_wait_start(struct state *state, const struct plan_record *record) {
	SCOPED_FD listener = (int)record->args[WAIT_START_FD].number;
	int starter;
	obey_signals();
	do
		starter = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	while (starter == -1 && (errno == EINTR || errno == ECONNABORTED));
	if (starter == -1)
		return -1;
	move_control(starter);
	if (wait_for_go() == -1)
		_exit(1); /* quietly: there is nobody left to tell */
	return 0;
}

/* The control socket must survive, and close at the exec: it goes beyond the places, where the others are not. */
int run_preserve_fds(struct state *state, const struct plan_record *record) {
	const int from = (int)record->args[PRESERVE_FDS_FROM].number;
	const int count = (int)record->args[PRESERVE_FDS_COUNT].number;
	const int beyond = from + count;
	const int control = copy_control(beyond);
	if (control == -1)
		return -1;
	move_control(control);
	for (int i = 0; i < count; i++)
		if (dup3(from + i, HELPER_FD_PLAN + i, 0) == -1)
			return -1;
	return 0;
}
