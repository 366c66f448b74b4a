/*
 * Runs the steps of a Plan in their order.
 * Privileges: all that the launch gave, less with each step that drops some. Trusts: the Plan, which is checked;
 * the file system below the root, never.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>

#include "steps.h"

#define STEP_FUNCTION(NAME, name, signature) [OP_##NAME] = run_##name,
static int (*const functions[])(struct state *, const struct plan_record *) = {PLAN_STEPS(STEP_FUNCTION)};
#undef STEP_FUNCTION

static int is_tolerated(const struct plan_record *record, int error) {
	if ((record->flags & RECORD_TOLERATES) == 0)
		return 0;
	for (int i = 0; i < PLAN_MAX_TOLERATED; i++)
		if (record->tolerated[i] == error)
			return 1;
	return 0;
}

int run_plan(const struct plan *plan, int64_t *failed) {
	static struct state state = {.umask = 022};
	struct plan_cursor cursor = first_record(plan);
	struct plan_record record;
	const char *reason;
	int is_skipped = 0; /* the record is an alternative that nobody needs */
	*failed = 0;
	state.root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (state.root == -1)
		return -1;
	for (; next_record(&cursor, &record, &reason) == 1; (*failed)++) {
		const int has_alternative = (record.flags & RECORD_OTHERWISE) != 0;
		if (is_skipped) {
			is_skipped = has_alternative;
			continue;
		}
		if (functions[record.op](&state, &record) == 0)
			is_skipped = has_alternative;
		else if (!is_tolerated(&record, errno))
			return -1;
	}
	errno = EINVAL; /* never: a checked Plan ends in exec */
	return -1;
}
