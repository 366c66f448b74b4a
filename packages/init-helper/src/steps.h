/* The step interpreter: one function per step of the Plan, each in the file of its topic. */
#ifndef MINI_STEPS_H
#define MINI_STEPS_H

#include <limits.h>
#include <sys/types.h>

#include "plan-reader.h"

/* What one step leaves to the next. */
struct state {
	int root;                  /* O_PATH: targets are resolved below it */
	mode_t umask;              /* of the command; ours is 0, so that modes are what the Plan says */
	char executable[PATH_MAX]; /* what find_exec found */
};

/* Each makes its step: 0, or -1 with errno. */
#define DECLARE_STEP(NAME, name, signature) int run_##name(struct state *state, const struct plan_record *record);
PLAN_STEPS(DECLARE_STEP)
#undef DECLARE_STEP

/* Makes a detached mount the root under construction: it is the state's from now on. 0, or -1 with errno. */
int attach_root(struct state *state, int tree);

/* Runs a checked Plan. Does not return when it succeeds; else -1 with errno and the number of the record. */
int run_plan(const struct plan *plan, int64_t *failed);

#endif
