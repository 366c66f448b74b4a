/*
 * The steps about waiting, sessions and terminals.
 * Privileges: root's in the user namespace. Trusts: the container's devpts, once it is seen to be one.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "control.h"
#include "mount-calls.h"
#include "resolve.h"
#include "scoped.h"

int run_barrier(struct state *state, const struct plan_record *record) {
	const int64_t id = (int64_t)record->args[BARRIER_ID].number;
	if (send_control((struct control_message){.kind = MESSAGE_BARRIER, .stage = STAGE_RUN, .step = id},
	        NO_DESCRIPTOR) == -1 ||
	    wait_for_go() == -1)
		_exit(1); /* quietly: there is nobody left to tell */
	return 0;
}

int run_setsid(struct state *state, const struct plan_record *record) {
	return getsid(0) == getpid() || setsid() != -1 ? 0 : -1;
}

/* The master and slave of a new terminal in the container's own devpts. */
static int open_pair(const struct state *state, int *slave) {
	const int unlock = 0;
	int master = open_below(state, "/dev/pts/ptmx", O_RDWR | O_NOCTTY);
	if (master == -1)
		return -1;
	*slave = -1;
	if (require_filesystem(master, DEVPTS_SUPER_MAGIC) == 0 && ioctl(master, TIOCSPTLCK, &unlock) == 0)
		*slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*slave != -1)
		return master;
	close_scoped(&master);
	return -1;
}

static int bind_console(const struct state *state, int slave) {
	SCOPED_FD target = make_file(state, "/dev/console");
	if (target == -1)
		return -1;
	SCOPED_FD tree = clone_tree(slave, "", 0);
	return tree == -1 ? -1 : attach_mount(tree, target);
}

/* Afterwards whatever this process had as stdin, stdout and stderr is gone for it. */
static int become_foreground(int slave) {
	if ((getsid(0) != getpid() && setsid() == -1) || ioctl(slave, TIOCSCTTY, 0) == -1)
		return -1;
	for (int fd = 0; fd < 3; fd++)
		if (dup2(slave, fd) == -1)
			return -1;
	return 0;
}

int run_terminal(struct state *state, const struct plan_record *record) {
	const struct plan_arg *args = record->args;
	const struct winsize size = {
	    .ws_row = (unsigned short)args[TERMINAL_ROWS].number,
	    .ws_col = (unsigned short)args[TERMINAL_COLUMNS].number,
	};
	int opened = -1;
	SCOPED_FD master = open_pair(state, &opened);
	SCOPED_FD slave = opened;
	if (master == -1)
		return -1;
	if (size.ws_row != 0 && size.ws_col != 0 && ioctl(master, TIOCSWINSZ, &size) == -1)
		return -1;
	if (fchown(slave, (uid_t)args[TERMINAL_UID].number, (gid_t)-1) == -1)
		return -1;
	if (args[TERMINAL_CONSOLE].number != 0 && bind_console(state, slave) == -1)
		return -1;
	if (send_control((struct control_message){.kind = MESSAGE_TERMINAL, .stage = STAGE_RUN}, master) == -1)
		return -1;
	return become_foreground(slave);
}
