/*
 * Checks that a well-formed Plan makes sense, before its first step: a wrong number found half-way would leave a
 * half-made container, and some would not fail at all (uid 2^32 - 1 means "leave it" to setresuid).
 * Privileges: none used. Trusts nothing.
 */
#define _GNU_SOURCE
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include "plan-order.h"

#define MAX_DESCRIPTOR 1023
#define MAX_GROUPS 65536u
#define MAX_FILTER_INSTRUCTIONS 4096u
#define FILTER_INSTRUCTION_BYTES 8u
#define FIRST_MONITOR_STEP OP_WRITE_MAP
#define NAMESPACES 0x7e020080ull /* the CLONE_NEW flags */
#define MAX_JOINED_FILES 8u
#define MAX_AFFINITY_BYTES 1024u
#define PROPAGATIONS 0x1e0000ull /* the four of mount(2) */

enum range { FLAG, KIND, ID, MODE, UMASK, RESOURCE, HALF, WORD, DESCRIPTOR, STREAM, DESCRIPTOR_COUNT, WAIT };

static const struct {
	uint64_t least, most;
	const char *reason;
} ranges[] = {
    [FLAG] = {0, 1, "a flag is neither 0 nor 1"},
    [KIND] = {0, TARGET_LIKE_SOURCE, "the kind of target is unknown"},
    [ID] = {0, 0xfffffffe, "a user or group is out of range"},
    [MODE] = {0, 07777, "the mode is out of range"},
    [UMASK] = {0, 0777, "the mode is out of range"},
    [RESOURCE] = {0, 15, "the resource is unknown"},
    [HALF] = {0, 0xffff, "a number is out of range"},
    [WORD] = {0, 0xffffffff, "a number is out of range"},
    [DESCRIPTOR] = {HELPER_FD_FIRST, MAX_DESCRIPTOR, "the descriptor is out of range"},
    [STREAM] = {0, MAX_DESCRIPTOR, "the descriptor is out of range"},
    [WAIT] = {0, 0x7fffffff, "the time is out of range"},
    [DESCRIPTOR_COUNT] = {1, LAUNCH_MAX_PASS, "there are too many descriptors"},
};

static const struct rule {
	uint8_t op, field, range;
} rules[] = {
    {OP_ROOT_FD, ROOT_FD_FD, DESCRIPTOR},
    {OP_ROOT_TREE, ROOT_TREE_RECURSIVE, FLAG},
    {OP_ROOT_FS, ROOT_FS_ATTRIBUTES, WORD},
    {OP_MOUNT, MOUNT_ATTRIBUTES, WORD},
    {OP_BIND, BIND_TARGET_KIND, KIND},
    {OP_BIND, BIND_RECURSIVE, FLAG},
    {OP_BIND, BIND_ATTRIBUTES_RECURSIVE, FLAG},
    {OP_BIND_WITHIN, BIND_WITHIN_RECURSIVE, FLAG},
    {OP_MOUNT_ATTRIBUTES, MOUNT_ATTRIBUTES_RECURSIVE, FLAG},
    {OP_MKDIR, MKDIR_MODE, MODE},
    {OP_MKNOD, MKNOD_UID, ID},
    {OP_MKNOD, MKNOD_GID, ID},
    {OP_RLIMIT, RLIMIT_RESOURCE, RESOURCE},
    {OP_GID, GID_GID, ID},
    {OP_UID, UID_UID, ID},
    {OP_SECCOMP, SECCOMP_FLAGS, WORD},
    {OP_SECCOMP_LISTENER, SECCOMP_LISTENER_FLAGS, WORD},
    {OP_UMASK, UMASK_MASK, UMASK},
    {OP_CHOWN_FD, CHOWN_FD_FD, STREAM},
    {OP_CHOWN_FD, CHOWN_FD_UID, ID},
    {OP_CHOWN_FD, CHOWN_FD_GID, ID},
    {OP_TERMINAL, TERMINAL_ROWS, HALF},
    {OP_TERMINAL, TERMINAL_COLUMNS, HALF},
    {OP_TERMINAL, TERMINAL_UID, ID},
    {OP_TERMINAL, TERMINAL_CONSOLE, FLAG},
    {OP_DUMPABLE, DUMPABLE_VALUE, FLAG},
    {OP_JOIN_NAMESPACES, JOIN_NAMESPACES_FD, DESCRIPTOR},
    {OP_WAIT_START, WAIT_START_FD, DESCRIPTOR},
    {OP_PRESERVE_FDS, PRESERVE_FDS_FROM, DESCRIPTOR},
    {OP_HOOK, HOOK_STATE_FD, DESCRIPTOR},
    {OP_HOOK, HOOK_TIMEOUT_MS, WAIT},
    {OP_IO_PRIORITY, IO_PRIORITY_PRIORITY, HALF},
    {OP_SCHEDULER, SCHEDULER_POLICY, HALF},
    {OP_SCHEDULER, SCHEDULER_FLAGS, WORD},
    {OP_SCHEDULER, SCHEDULER_PRIORITY, HALF},
    {OP_PERSONALITY, PERSONALITY_PERSONA, WORD},
    {OP_MOUNT_COPIED, MOUNT_COPIED_ATTRIBUTES, WORD},
    {OP_PRESERVE_FDS, PRESERVE_FDS_COUNT, DESCRIPTOR_COUNT},
};

static const char *check_ranges(const struct plan_record *record) {
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		if (rules[i].op != record->op)
			continue;
		const uint64_t number = record->args[rules[i].field].number;
		if (number < ranges[rules[i].range].least || number > ranges[rules[i].range].most)
			return ranges[rules[i].range].reason;
	}
	return NULL;
}

static const char *check_propagation(uint64_t propagation) {
	const int is_one = (propagation & (propagation - 1)) == 0;
	return (propagation & ~PROPAGATIONS) == 0 && is_one ? NULL : "the propagation is unknown";
}

static const char *check_groups(const struct plan_arg *gids) {
	if (gids->count > MAX_GROUPS)
		return "there are too many groups";
	for (uint32_t i = 0; i < gids->count; i++)
		if (number_at(gids, i) > ranges[ID].most)
			return ranges[ID].reason;
	return NULL;
}

static const char *check_program(const struct plan_arg *program) {
	if (program->bytes % FILTER_INSTRUCTION_BYTES != 0 || program->bytes == 0)
		return "the filter is cut";
	return program->bytes / FILTER_INSTRUCTION_BYTES > MAX_FILTER_INSTRUCTIONS ? "the filter is too long" : NULL;
}

static const char *check_node(uint64_t mode) {
	const uint64_t type = mode & S_IFMT;
	const int is_known = type == S_IFREG || type == S_IFCHR || type == S_IFBLK || type == S_IFIFO;
	return is_known && (mode & ~(uint64_t)S_IFMT) <= 07777 ? NULL : "the mode is out of range";
}

static const char *check_bind(const struct plan_record *record) {
	const uint64_t fd = record->args[BIND_FD].number;
	if (fd != (uint64_t)-1 && (fd < HELPER_FD_FIRST || fd > MAX_DESCRIPTOR))
		return ranges[DESCRIPTOR].reason;
	return check_propagation(record->args[BIND_PROPAGATION].number);
}

static const char *check_files(const struct plan_record *record) {
	const struct plan_arg *fds = &record->args[JOIN_FILES_FDS], *flags = &record->args[JOIN_FILES_FLAGS];
	if (fds->count != flags->count || fds->count == 0 || fds->count > MAX_JOINED_FILES)
		return "the namespaces do not match their files";
	for (uint32_t i = 0; i < fds->count; i++) {
		const uint64_t flag = number_at(flags, i), fd = number_at(fds, i);
		if (fd < HELPER_FD_FIRST || fd > MAX_DESCRIPTOR)
			return ranges[DESCRIPTOR].reason;
		if (flag == 0 || (flag & (flag - 1)) != 0 || (flag & ~NAMESPACES) != 0)
			return "a namespace is unknown";
	}
	return NULL;
}

/* setns(2) takes 0 for "whatever the descriptor is". */
static const char *check_namespaces(uint64_t flags) {
	return flags != 0 && (flags & ~NAMESPACES) == 0 ? NULL : "a namespace is unknown";
}

/* What a range cannot say. */
static const char *check_values(const struct plan_record *record) {
	const struct plan_arg *args = record->args;
	switch (record->op) {
	case OP_PROPAGATION:
		return check_propagation(args[PROPAGATION_PROPAGATION].number);
	case OP_MOUNT:
		return check_propagation(args[MOUNT_PROPAGATION].number);
	case OP_BIND:
		return check_bind(record);
	case OP_BIND_WITHIN:
		return check_propagation(args[BIND_WITHIN_PROPAGATION].number);
	case OP_MOUNT_ATTRIBUTES:
		return check_propagation(args[MOUNT_ATTRIBUTES_PROPAGATION].number);
	case OP_MKNOD:
		return check_node(args[MKNOD_MODE].number);
	case OP_WRITE_PROC:
		return strncmp(args[WRITE_PROC_PATH].text, "/proc/", 6) == 0 ? NULL : "the path is not below /proc";
	case OP_UNSHARE:
		return (args[UNSHARE_FLAGS].number & ~NAMESPACES) == 0 ? NULL : "a namespace is unknown";
	case OP_MOUNT_COPIED:
		return check_propagation(args[MOUNT_COPIED_PROPAGATION].number);
	case OP_FORK_NEW:
		return (args[FORK_NEW_FLAGS].number & ~NAMESPACES) == 0 ? NULL : "a namespace is unknown";
	case OP_JOIN_FILES:
		return check_files(record);
	case OP_CPU_AFFINITY:
		return args[CPU_AFFINITY_MASK].bytes <= MAX_AFFINITY_BYTES ? NULL : "the affinity is too long";
	case OP_MEMORY_POLICY:
		return args[MEMORY_POLICY_NODES].bytes <= MAX_AFFINITY_BYTES ? NULL : "the nodes are too many";
	case OP_HOOK:
		return args[HOOK_ARGV].count > 0 ? NULL : "there is no argument zero";
	case OP_JOIN_NAMESPACES:
		return check_namespaces(args[JOIN_NAMESPACES_FLAGS].number);
	case OP_GROUPS:
		return check_groups(&args[GROUPS_GIDS]);
	case OP_SECCOMP:
		return check_program(&args[SECCOMP_PROGRAM]);
	case OP_SECCOMP_LISTENER:
		return check_program(&args[SECCOMP_LISTENER_PROGRAM]);
	case OP_EXEC:
		return args[EXEC_ARGV].count > 0 ? NULL : "there is no argument zero";
	default:
		return NULL;
	}
}

static const char *check_record(const struct plan_record *record, struct history *history) {
	const char *reason = record->op >= FIRST_MONITOR_STEP ? "the step is a monitor's" : check_ranges(record);
	if (reason == NULL)
		reason = check_values(record);
	if (reason == NULL && record->flags == RECORD_OTHERWISE)
		reason = "an alternative needs a tolerated errno";
	return reason == NULL ? check_order(record, history) : reason;
}

static const char *check_end(const struct plan_cursor *cursor, const struct history *history) {
	if (cursor->index != count_records(cursor->plan))
		return "the number of records is not what the header says";
	if (history->previous != NULL && (history->previous->flags & RECORD_OTHERWISE) != 0)
		return "the last record wants an alternative";
	if (!history->is_over)
		return "the last step is not exec";
	return history->has_root && !history->has_pivoted ? "the root is never changed" : NULL;
}

int check_plan(const struct plan *plan, struct plan_fault *fault) {
	struct plan_record records[2];
	struct history history = {0};
	*fault = (struct plan_fault){check_header(plan), -1};
	if (fault->reason != NULL)
		return -1;
	struct plan_cursor cursor = first_record(plan);
	for (;;) {
		struct plan_record *record = &records[cursor.index % 2];
		fault->record = cursor.index;
		const int more = next_record(&cursor, record, &fault->reason);
		if (more == 0)
			break;
		if (more == 1)
			fault->reason = check_record(record, &history);
		if (fault->reason != NULL)
			return -1;
		history.previous = record;
	}
	*fault = (struct plan_fault){check_end(&cursor, &history), -1};
	return fault->reason == NULL ? 0 : -1;
}
