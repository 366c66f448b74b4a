/* The order of the steps in a Plan, which plan-check.c demands. */
#ifndef MINI_PLAN_ORDER_H
#define MINI_PLAN_ORDER_H

#include "plan-reader.h"

/* What the steps before a record have done. */
struct history {
	int has_root, has_pivoted, has_executable, is_over;
	int is_undumpable, has_joined, has_left_host;
	const struct plan_record *previous; /* NULL for the first one */
};

/* The reason why a record must not stand where it does, or NULL; notes what it does. */
const char *check_order(const struct plan_record *record, struct history *history);

#endif
