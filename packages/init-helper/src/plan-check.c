/*
 * Checks that a well-formed Plan makes sense, before its first step: a wrong number found half-way would leave a
 * half-made container, and some would not fail at all (uid 2^32 - 1 means "leave it" to setresuid).
 * Privileges: none used. Trusts nothing.
 */
#define _GNU_SOURCE
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include "plan-reader.h"

#define MAX_DESCRIPTOR 1023
#define MAX_GROUPS 65536u
#define MAX_FILTER_INSTRUCTIONS 4096u
#define FILTER_INSTRUCTION_BYTES 8u
#define FIRST_MONITOR_STEP OP_WRITE_MAP
#define NAMESPACES 0x7e020080ull /* the CLONE_NEW flags */
#define NEW_MOUNTS 0x20000ull    /* CLONE_NEWNS */
#define PROPAGATIONS 0x1e0000ull /* the four of mount(2) */

enum range { FLAG, KIND, ID, MODE, UMASK, RESOURCE, HALF, WORD, DESCRIPTOR, STREAM, DESCRIPTOR_COUNT };

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
    {OP_PRESERVE_FDS, PRESERVE_FDS_COUNT, DESCRIPTOR_COUNT},
};

/* What the steps before a record have done. */
struct history {
	int has_root, has_pivoted, has_executable, is_over;
	int is_undumpable, has_joined, has_left_host;
	const struct plan_record *previous; /* NULL for the first one */
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
	case OP_MOUNT_ATTRIBUTES:
		return check_propagation(args[MOUNT_ATTRIBUTES_PROPAGATION].number);
	case OP_MKNOD:
		return check_node(args[MKNOD_MODE].number);
	case OP_WRITE_PROC:
		return strncmp(args[WRITE_PROC_PATH].text, "/proc/", 6) == 0 ? NULL : "the path is not below /proc";
	case OP_UNSHARE:
		return (args[UNSHARE_FLAGS].number & ~NAMESPACES) == 0 ? NULL : "a namespace is unknown";
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

static int is_optional(const struct plan_record *record, const struct plan_record *previous) {
	return record->flags != 0 || (previous != NULL && (previous->flags & RECORD_OTHERWISE) != 0);
}

/*
 * Joining must not be skipped: the command would run on the host. Whoever is in the container must not be able to
 * trace the helper from its first moment there, and no path is the host's any more once its mounts are left.
 */
static const char *check_join(const struct plan_record *record, struct history *history) {
	if (is_optional(record, history->previous))
		return "joining is optional";
	if (record->op == OP_FORK_INTO)
		return history->has_joined ? NULL : "fork_into comes before join_namespaces";
	history->has_joined = 1;
	if ((record->args[JOIN_NAMESPACES_FLAGS].number & NEW_MOUNTS) != 0)
		history->has_left_host = 1;
	return history->is_undumpable ? NULL : "join_namespaces comes before dumpable";
}

static const char *check_host_path(const struct history *history) {
	return history->has_left_host ? "a path of the host comes after join_namespaces" : NULL;
}

/* pivot_root and exec must not be skipped: the command would run in the wrong root, or not at all. */
static const char *check_order(const struct plan_record *record, struct history *history) {
	if (history->is_over)
		return "a step comes after exec";
	switch (record->op) {
	case OP_OVERLAY:
		if (record->args[OVERLAY_TARGET].text[0] != '\0')
			return check_host_path(history);
		history->has_root = 1;
		history->has_pivoted = 0;
		return check_host_path(history);
	case OP_ROOT_FD:
	case OP_ROOT_TREE:
	case OP_ROOT_FS:
		history->has_root = 1;
		history->has_pivoted = 0;
		return check_host_path(history);
	case OP_BIND:
		return check_host_path(history);
	case OP_DUMPABLE:
		history->is_undumpable = record->args[DUMPABLE_VALUE].number == 0;
		return NULL;
	case OP_JOIN_NAMESPACES:
	case OP_FORK_INTO:
		return check_join(record, history);
	case OP_PIVOT_ROOT:
		history->has_pivoted = 1;
		if (is_optional(record, history->previous))
			return "pivot_root is optional";
		return history->has_root ? NULL : "pivot_root comes before a root";
	case OP_FIND_EXEC:
		history->has_executable = 1;
		return NULL;
	case OP_EXEC:
		history->is_over = 1;
		if (is_optional(record, history->previous))
			return "exec is optional";
		return history->has_executable ? NULL : "exec comes before find_exec";
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
