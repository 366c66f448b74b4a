/*
 * Reads the Plan on descriptor 3, checks the whole of it, runs it, and has then become the command. No policy, no
 * configuration, no environment, no arguments. Privileges: those of the caller, until the Plan drops them. Trusts:
 * the Plan, once checked, because only the parent can have put it there.
 */
#define _GNU_SOURCE
#include "helper.h"

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

/* The container's filter may forbid this too by now; what the processor does not know ends anybody. */
static _Noreturn void leave(int status) {
	syscall(SYS_exit_group, status);
	__builtin_trap();
}

int run_helper(const struct helper *helper) {
	struct plan plan;
	int64_t failed;
	prctl(PR_SET_NAME, helper->name, 0, 0, 0);
	umask(0);
	close_all_on_exec();
	const int status = prepare_plan(helper->starting, &plan);
	if (status != 0)
		return status;
	const int is_controlled = has_control_socket();
	if (helper->needs_parent && !is_controlled) {
		say_failure("run the plan", "there is no control socket on descriptor 4");
		return STATUS_FAILED;
	}
	run_plan(&plan, &failed);
	if (!is_controlled)
		return say_failed_step(errno, failed);
	send_control(
	    (struct control_message){.kind = MESSAGE_FAILED, .stage = STAGE_RUN, .step = failed, .error = errno},
	    NO_DESCRIPTOR);
	leave(1);
}
