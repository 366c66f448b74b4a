/* The Plan of contracts/src/plan.ts as C sees it. Nothing here makes a system call but read_plan. */
#ifndef MINI_PLAN_READER_H
#define MINI_PLAN_READER_H

#include "plan.h"

struct plan {
	const uint8_t *bytes;
	uint32_t size;
};

/* One field of a step; which members mean something depends on its type. */
struct plan_arg {
	uint64_t number;
	const char
	    *text;      /* string; strings: each NUL-terminated, one after the other; numbers: uint64_t each; bytes */
	uint32_t count; /* of strings or numbers */
	uint32_t bytes; /* that `text` has */
};

struct plan_record {
	uint16_t op; /* enum plan_op */
	uint16_t flags;
	uint8_t tolerated[PLAN_MAX_TOLERATED];
	struct plan_arg args[PLAN_MAX_FIELDS];
};

struct plan_cursor {
	const struct plan *plan;
	uint32_t offset;
	uint32_t index; /* of the next record */
};

/* Why a Plan is refused. */
struct plan_fault {
	const char *reason;
	int64_t record; /* -1: the whole of it */
};

/* Copies the file that `fd` holds into memory that nobody else can change. -1 with errno, EFBIG over the limit. */
int read_plan(int fd, struct plan *plan);

/* Whether every record has the form of its step and the Plan makes sense: 0, or -1 with the fault. */
int check_plan(const struct plan *plan, struct plan_fault *fault);

/* The header, the first half of check_plan: the reason why it is wrong, or NULL. */
const char *check_header(const struct plan *plan);

/* How many records the header promises. */
uint32_t count_records(const struct plan *plan);

/* Steps through the records: 1 with the next one, 0 at the end, -1 with the reason why it is no record. */
struct plan_cursor first_record(const struct plan *plan);
int next_record(struct plan_cursor *cursor, struct plan_record *record, const char **reason);

/* The string after `text` in a list of strings. */
const char *next_string(const char *text);

uint64_t number_at(const struct plan_arg *numbers, uint32_t index);

#endif
