/*
 * Job: decides whether a container that has ended is started again, by the policy that TypeScript wrote into the
 * record, and how long to wait before. Privileges: the client's. Trusts: the container's directory, which only its
 * owner can enter.
 */
#define _GNU_SOURCE
#include "monitor.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST_DELAY_MS = 100, LONGEST_DELAY_MS = 60000, GOOD_RUN_MS = 10000 };

/* `mini update --restart` leaves another policy here: two words, as in the record. */
static void read_policy(const struct container *container, int64_t policy[2]) {
	policy[0] = container->record->restart_policy;
	policy[1] = container->record->restart_most;
	int fd = openat(container->directory, "restart", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	int64_t words[2];
	if (pread(fd, words, sizeof words, 0) == sizeof words) {
		policy[0] = words[0];
		policy[1] = words[1];
	}
	close(fd);
}

/* Who asks a container to stop leaves this file first: it is not to come back. */
static bool is_to_stay_down(const struct container *container) {
	return container->is_asked_to_end || faccessat(container->directory, "stop", F_OK, 0) == 0;
}

bool is_to_restart(const struct container *container, int wait_status) {
	int64_t policy[2];
	if (container->record->again_plan_fd < 0 || container->directory < 0 || is_to_stay_down(container))
		return false;
	read_policy(container, policy);
	switch (policy[0]) {
	case RESTART_ALWAYS:
	case RESTART_UNLESS_STOPPED:
		return true;
	case RESTART_ON_FAILURE:
		return wait_status != 0 && (policy[1] == 0 || container->status.restart_count < policy[1]);
	default:
		return false;
	}
}

/* Twice the last delay, up to a minute; from the beginning again after ten seconds of running. */
int64_t next_delay_ms(int64_t delay_ms, const struct container *container) {
	const int64_t ran_ms = container->status.ended_ms - container->status.started_ms;
	if (delay_ms == 0 || ran_ms >= GOOD_RUN_MS)
		return FIRST_DELAY_MS;
	return delay_ms * 2 < LONGEST_DELAY_MS ? delay_ms * 2 : LONGEST_DELAY_MS;
}
