/*
 * The steps that enter the namespaces of a running container.
 * Privileges: CAP_SYS_ADMIN over the user namespaces that own them. Trusts: nobody in there. From the join on
 * every path is the container's, so none is opened but "/", and nothing of the host is held by a descriptor any
 * more but stdin, stdout and stderr, the Plan and the control socket; exec closes the last two. What keeps the
 * container's processes out of this one is that it is undumpable (plan-check.c demands that before the join) and
 * that it was executed outside: a user namespace of the container's owns no privilege over its memory, nor over
 * its sealed executable.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "control.h"
#include "scoped.h"
#include "steps.h"

/*
 * One call for all namespaces: a pidfd is taken by setns(2) since Linux 5.8, older ones are not supported, so that
 * no other way is needed. The kernel enters the user namespace first and takes the others with its capabilities.
 */
int run_join_namespaces(struct state *state, const struct plan_record *record) {
	const int fd = (int)record->args[JOIN_NAMESPACES_FD].number;
	close(state->root);
	state->root = -1;
	const int result = setns(fd, (int)record->args[JOIN_NAMESPACES_FLAGS].number);
	close_scoped(&fd);
	if (result == -1 || chdir("/") == -1)
		return -1;
	state->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return state->root == -1 ? -1 : 0;
}

/*
 * The child waits until the parent has been told of it: before, nobody could signal or reap what it becomes. A
 * helper that is killed meanwhile takes it along, in the same way: its parent sees one process, and may know it
 * already.
 */
static int wait_until_told(int told) {
	char byte;
	if (read(told, &byte, 1) == 1)
		return 0;
	kill(getpid(), SIGKILL);
	_exit(1); /* the first process of a PID namespace is spared its own signals */
}

static _Noreturn void tell_and_end(pid_t pid, int pidfd, int tell) {
	const struct control_message forked = {.kind = MESSAGE_FORKED, .stage = STAGE_RUN, .value = pid};
	if (send_control(forked, pidfd) == -1 || write(tell, "", 1) != 1)
		_exit(1);
	_exit(0);
}

/*
 * Which namespaces may be entered depends on who owns them: some only by who is outside of the container's user
 * namespace, some only by who is in it. Hence all others first, then that one, then what was refused before it.
 * With a mount namespace among them, the paths of the Plan are looked up there from then on, by whoever the Spec
 * names.
 */
int run_join_files(struct state *state, const struct plan_record *record) {
	const struct plan_arg *fds = &record->args[JOIN_FILES_FDS], *flags = &record->args[JOIN_FILES_FLAGS];
	uint64_t refused = 0;
	for (int round = 0; round < 3; round++) {
		for (uint32_t i = 0; i < fds->count; i++) {
			const int fd = (int)number_at(fds, i), flag = (int)number_at(flags, i);
			const int is_turn = round == 2 ? (refused >> i & 1) != 0 : (flag == CLONE_NEWUSER) == (round == 1);
			if (!is_turn || setns(fd, flag) == 0)
				continue;
			if (round != 0 || errno != EPERM)
				return -1;
			refused |= 1ull << i;
		}
	}
	for (uint32_t i = 0; i < fds->count; i++)
		close((int)number_at(fds, i));
	return 0;
}

/* setns(2) and unshare(2) put children into a PID namespace, never the caller; and only a parent can wait, hence
 * CLONE_PARENT.
 */
static int fork_as_sibling(uint64_t namespaces) {
	int pair[2], pidfd = -1;
	if (!has_control_socket()) {
		errno = ENOTSOCK;
		return -1;
	}
	if (pipe2(pair, O_CLOEXEC) == -1)
		return -1;
	SCOPED_FD told = pair[0];
	SCOPED_FD tell = pair[1];
	const long pid =
	    syscall(SYS_clone, namespaces | CLONE_PARENT | CLONE_PIDFD | SIGCHLD, NULL, &pidfd, NULL, NULL);
	if (pid == -1)
		return -1;
	if (pid > 0)
		tell_and_end((pid_t)pid, pidfd, tell);
	close_scoped(&tell);
	tell = -1;
	return wait_until_told(told);
}

int run_fork_into(struct state *state, const struct plan_record *record) {
	return fork_as_sibling(0);
}

/* A copy of the descriptor of "/" still leads to the mounts of before: in a new mount namespace it is opened anew.
 */
int run_fork_new(struct state *state, const struct plan_record *record) {
	if (fork_as_sibling(record->args[FORK_NEW_FLAGS].number) == -1)
		return -1;
	close(state->root);
	state->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return state->root == -1 ? -1 : 0;
}
