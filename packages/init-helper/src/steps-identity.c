/*
 * The steps that give privileges up: users, groups, capabilities, no_new_privs.
 * Privileges: CAP_SETPCAP, CAP_SETGID, CAP_SETUID until they are gone. Trusts the Plan for their order, which
 * matters. Raw calls: this process has one thread, so libc has no others to bring in line.
 */
#define _GNU_SOURCE
#include <linux/capability.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "steps.h"

#define MOST_CAPABILITIES 64

int run_bounding_set(struct state *state, const struct plan_record *record) {
	const uint64_t mask = record->args[BOUNDING_SET_MASK].number;
	for (int capability = 0; capability < MOST_CAPABILITIES; capability++) {
		const int is_set = prctl(PR_CAPBSET_READ, capability, 0, 0, 0);
		if (is_set == -1) /* the kernel knows no more */
			return 0;
		const int is_wanted = (mask >> capability & 1) != 0;
		if (is_set && !is_wanted && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == -1)
			return -1;
	}
	return 0;
}

int run_keep_capabilities(struct state *state, const struct plan_record *record) {
	return prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
}

int run_groups(struct state *state, const struct plan_record *record) {
	const struct plan_arg *gids = &record->args[GROUPS_GIDS];
	const size_t bytes = gids->count * sizeof(gid_t);
	gid_t *list = NULL;
	if (bytes > 0)
		list = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (list == MAP_FAILED)
		return -1;
	for (uint32_t i = 0; i < gids->count; i++)
		list[i] = (gid_t)number_at(gids, i);
	return (int)syscall(SYS_setgroups, (size_t)gids->count, list);
}

int run_gid(struct state *state, const struct plan_record *record) {
	const gid_t gid = (gid_t)record->args[GID_GID].number;
	return (int)syscall(SYS_setresgid, gid, gid, gid);
}

int run_uid(struct state *state, const struct plan_record *record) {
	const uid_t uid = (uid_t)record->args[UID_UID].number;
	return (int)syscall(SYS_setresuid, uid, uid, uid);
}

int run_capabilities(struct state *state, const struct plan_record *record) {
	const struct plan_arg *args = record->args;
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct sets[2];
	for (int half = 0; half < 2; half++) {
		sets[half].effective = (uint32_t)(args[CAPABILITIES_EFFECTIVE].number >> 32 * half);
		sets[half].permitted = (uint32_t)(args[CAPABILITIES_PERMITTED].number >> 32 * half);
		sets[half].inheritable = (uint32_t)(args[CAPABILITIES_INHERITABLE].number >> 32 * half);
	}
	return (int)syscall(SYS_capset, &header, sets);
}

int run_ambient_set(struct state *state, const struct plan_record *record) {
	const uint64_t mask = record->args[AMBIENT_SET_MASK].number;
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == -1)
		return -1;
	for (int capability = 0; capability < MOST_CAPABILITIES; capability++)
		if ((mask >> capability & 1) != 0 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) == -1)
			return -1;
	return 0;
}

int run_no_new_privileges(struct state *state, const struct plan_record *record) {
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
