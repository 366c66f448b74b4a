/*
 * libFuzzer's way into the Plan reader and the check: whatever the bytes are, both must stay within them, and a
 * Plan that passes must be readable to its end.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plan-reader.h"

static volatile size_t kept; /* keeps the compiler from leaving the reading out */

/* Reads all that a step could read. */
static void read_all(const struct plan *plan) {
	struct plan_cursor cursor = first_record(plan);
	struct plan_record record;
	const char *reason;
	size_t sum = 0;
	while (next_record(&cursor, &record, &reason) == 1) {
		for (int i = 0; i < PLAN_MAX_FIELDS; i++) {
			const struct plan_arg *arg = &record.args[i];
			for (uint32_t at = 0; at < arg->bytes; at++)
				sum += (unsigned char)arg->text[at];
		}
		if (record.op == OP_GROUPS)
			for (uint32_t at = 0; at < record.args[GROUPS_GIDS].count; at++)
				sum += number_at(&record.args[GROUPS_GIDS], at);
		if (record.op == OP_EXEC) {
			const char *text = record.args[EXEC_ENV].text;
			for (uint32_t at = 0; at < record.args[EXEC_ENV].count; at++)
				text = next_string(text);
		}
	}
	if (cursor.offset != plan->size)
		abort(); /* what passed the check has ended early */
	kept = sum;
}

static void try_plan(const uint8_t *data, size_t size, int is_repaired) {
	const uint32_t header[] = {PLAN_MAGIC, PLAN_VERSION, (uint32_t)size};
	struct plan_fault fault;
	uint8_t *bytes = malloc(size); /* exactly as long, so that the sanitizer sees one byte too many */
	memcpy(bytes, data, size);
	if (is_repaired)
		memcpy(bytes, header, sizeof header);
	const struct plan plan = {bytes, (uint32_t)size};
	if (check_plan(&plan, &fault) == 0)
		read_all(&plan);
	else if (fault.reason == NULL)
		abort();
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (size == 0)
		return 0;
	try_plan(data, size, 0);
	if (size >= 16)
		try_plan(data, size, 1); /* else nearly every mutation would end at the length in the header */
	return 0;
}
