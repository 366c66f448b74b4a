/*
 * Checks that the steps of a Plan stand in an order that makes sense: nothing is done outside of the root, and
 * nothing of the host is reached from within a container. Privileges: none used. Trusts nothing.
 */
#include "plan-order.h"

#include <stddef.h>

#define NEW_MOUNTS 0x20000ull /* CLONE_NEWNS */

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
	if (record->op == OP_FORK_NEW)
		return NULL;
	history->has_joined = 1;
	if (record->op == OP_JOIN_NAMESPACES && (record->args[JOIN_NAMESPACES_FLAGS].number & NEW_MOUNTS) != 0)
		history->has_left_host = 1;
	return history->is_undumpable ? NULL : "joining comes before dumpable";
}

static const char *check_host_path(const struct history *history) {
	return history->has_left_host ? "a path of the host comes after join_namespaces" : NULL;
}

/* pivot_root and exec must not be skipped: the command would run in the wrong root, or not at all. */
const char *check_order(const struct plan_record *record, struct history *history) {
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
	case OP_PLACE_ROOT:
		if (!history->has_root || history->has_pivoted)
			return "place_root is not between a root and changing to it";
		return check_host_path(history);
	case OP_BIND:
	case OP_BIND_WITHIN:
		return check_host_path(history);
	case OP_DUMPABLE:
		history->is_undumpable = record->args[DUMPABLE_VALUE].number == 0;
		return NULL;
	case OP_JOIN_NAMESPACES:
	case OP_JOIN_FILES:
	case OP_FORK_INTO:
	case OP_FORK_NEW:
		return check_join(record, history);
	case OP_PIVOT_ROOT:
	case OP_CHANGE_ROOT:
		history->has_pivoted = 1;
		if (is_optional(record, history->previous))
			return "changing the root is optional";
		return history->has_root ? NULL : "changing the root comes before a root";
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
