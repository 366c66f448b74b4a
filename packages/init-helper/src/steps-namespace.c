/*
 * The steps that set what belongs to a namespace, and limits.
 * Privileges: CAP_SYS_ADMIN over the UTS namespace, CAP_NET_ADMIN over the network namespace. Trusts the Plan.
 */
#define _GNU_SOURCE
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "scoped.h"
#include "steps.h"

int run_hostname(struct state *state, const struct plan_record *record) {
	return sethostname(record->args[HOSTNAME_NAME].text, record->args[HOSTNAME_NAME].bytes - 1);
}

int run_domainname(struct state *state, const struct plan_record *record) {
	return setdomainname(record->args[DOMAINNAME_NAME].text, record->args[DOMAINNAME_NAME].bytes - 1);
}

int run_unshare(struct state *state, const struct plan_record *record) {
	return (int)syscall(SYS_unshare, record->args[UNSHARE_FLAGS].number);
}

int run_loopback_up(struct state *state, const struct plan_record *record) {
	struct ifreq request = {.ifr_name = "lo"};
	SCOPED_FD fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1 || ioctl(fd, SIOCGIFFLAGS, &request) == -1)
		return -1;
	request.ifr_flags |= IFF_UP;
	return ioctl(fd, SIOCSIFFLAGS, &request);
}

int run_rlimit(struct state *state, const struct plan_record *record) {
	const uint64_t limit[] = {record->args[RLIMIT_SOFT].number, record->args[RLIMIT_HARD].number};
	return (int)syscall(SYS_prlimit64, 0, (int)record->args[RLIMIT_RESOURCE].number, limit, NULL);
}

int run_umask(struct state *state, const struct plan_record *record) {
	state->umask = (mode_t)record->args[UMASK_MASK].number;
	return 0;
}

int run_dumpable(struct state *state, const struct plan_record *record) {
	return prctl(PR_SET_DUMPABLE, (unsigned long)record->args[DUMPABLE_VALUE].number, 0, 0, 0);
}
