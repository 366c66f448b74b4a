/*
 * mini-init: the init step of a container. Started in the new namespaces by launch.c, it reads the Plan on
 * descriptor 3, checks the whole of it, runs it, and has then become the container's command. No policy, no
 * configuration, no environment, no arguments. Privileges: all that the launch gave, until the Plan drops them.
 * Trusts: the Plan, once checked, because only the parent can have put it there; nothing below the container's
 * root.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "control.h"
#include "steps.h"

/* At once: a seccomp filter of the Plan may not allow it later. Launch has left nothing open beyond the passed
 * ones. */
static void close_all_on_exec(void) {
	if (syscall(SYS_close_range, HELPER_FD_PLAN, ~0u, CLOSE_RANGE_CLOEXEC) == 0)
		return;
	for (int fd = HELPER_FD_PLAN; fd < HELPER_FD_PLAN + LAUNCH_MAX_PASS; fd++)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
}

int main(void) {
	struct plan plan;
	int64_t failed;
	prctl(PR_SET_NAME, "mini-init", 0, 0, 0);
	umask(0);
	close_all_on_exec();
	const int status = prepare_plan("start \"mini-init\"", &plan);
	if (status != 0)
		return status;
	if (!has_control_socket()) {
		say_failure("run the plan", "there is no control socket on descriptor 4");
		return 125;
	}
	run_plan(&plan, &failed);
	send_control(
	    (struct control_message){.kind = MESSAGE_FAILED, .stage = STAGE_RUN, .step = failed, .error = errno},
	    NO_DESCRIPTOR);
	return 1;
}
