/*
 * The steps that set what belongs to a namespace, and limits.
 * Privileges: CAP_SYS_ADMIN over the UTS namespace, CAP_NET_ADMIN over the network namespace. Trusts the Plan.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "scoped.h"
#include "steps.h"

#define NEW_CLOCKS 0x80 /* CLONE_NEWTIME, which older headers lack */

int run_hostname(struct state *state, const struct plan_record *record) {
	return sethostname(record->args[HOSTNAME_NAME].text, record->args[HOSTNAME_NAME].bytes - 1);
}

int run_domainname(struct state *state, const struct plan_record *record) {
	return setdomainname(record->args[DOMAINNAME_NAME].text, record->args[DOMAINNAME_NAME].bytes - 1);
}

int run_unshare(struct state *state, const struct plan_record *record) {
	return (int)syscall(SYS_unshare, record->args[UNSHARE_FLAGS].number);
}

/* The offsets can be written until the first child is there. Below the host's /proc: nothing is mounted yet. */
int run_time_offsets(struct state *state, const struct plan_record *record) {
	const struct plan_arg *offsets = &record->args[TIME_OFFSETS_OFFSETS];
	const size_t bytes = offsets->bytes - 1;
	if (syscall(SYS_unshare, NEW_CLOCKS) == -1)
		return -1;
	SCOPED_FD fd = open("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	return bytes == 0 || write(fd, offsets->text, bytes) == (ssize_t)bytes ? 0 : -1;
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
