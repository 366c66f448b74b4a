/*
 * Reads the records of a Plan: their form, not their meaning, which is plan-check.c's.
 * Privileges: whatever the helper has. Trusts nothing: the bytes may be anybody's, and every length is checked
 * against what is left before it is used. Fuzzed, see fuzz/.
 */
#include "plan-reader.h"

#include <stddef.h>
#include <string.h>

#define HEADER_BYTES 16u
#define RECORD_HEADER_BYTES 8u

#define SIGNATURE(NAME, name, signature) [OP_##NAME] = (signature),
static const char *const signatures[] = {PLAN_STEPS(SIGNATURE) MONITOR_STEPS(SIGNATURE)};
#undef SIGNATURE

/* What is left of a record while its fields are read. */
struct field_reader {
	const uint8_t *at;
	uint64_t left;
	const char *reason;
};

static uint32_t word_at(const uint8_t *bytes) {
	uint32_t word;
	memcpy(&word, bytes, sizeof word);
	return word;
}

static uint16_t half_at(const uint8_t *bytes) {
	uint16_t half;
	memcpy(&half, bytes, sizeof half);
	return half;
}

const char *check_header(const struct plan *plan) {
	if (plan->size < HEADER_BYTES)
		return "the header is cut";
	if (word_at(plan->bytes) != PLAN_MAGIC)
		return "the magic is not that of a plan";
	if (word_at(plan->bytes + 4) != PLAN_VERSION)
		return "the version is unknown";
	if (word_at(plan->bytes + 8) != plan->size || plan->size > PLAN_MAX_BYTES)
		return "the length is not what the header says";
	return NULL;
}

uint32_t count_records(const struct plan *plan) {
	return word_at(plan->bytes + 12);
}

static const uint8_t *take(struct field_reader *reader, uint64_t bytes) {
	const uint8_t *start = reader->at;
#ifdef SEEDED_BUG /* for the fuzz target, which has to find it */
	if (reader->left + 8 < bytes) {
#else
	if (reader->left < bytes) {
#endif
		reader->reason = "a field is cut";
		return NULL;
	}
	reader->at += bytes;
	reader->left -= bytes;
	return start;
}

static int is_zero(const uint8_t *bytes, uint64_t count) {
	for (uint64_t i = 0; i < count; i++)
		if (bytes[i] != 0)
			return 0;
	return 1;
}

static int count_nuls(const char *text, uint32_t bytes) {
	int count = 0;
	for (uint32_t i = 0; i < bytes; i++)
		count += text[i] == '\0';
	return count;
}

/* Whether the counts of a field fit its type and its data. */
static const char *check_counts(char type, const struct plan_arg *arg) {
	if (type == 'b')
		return arg->count == 0 ? NULL : "bytes have a count";
	if (type == 'N')
		return arg->bytes == (uint64_t)arg->count * 8 ? NULL : "a list has the wrong length";
	if (arg->bytes > 0 && arg->text[arg->bytes - 1] != '\0')
		return "a string has no end";
	const int is_right = (uint32_t)count_nuls(arg->text, arg->bytes) == arg->count;
	if (type == 's')
		return is_right && arg->count == 1 ? NULL : "a string has the wrong count";
	return is_right ? NULL : "a list of strings has the wrong count";
}

static int read_field(struct field_reader *reader, char type, struct plan_arg *arg) {
	const uint8_t *start = take(reader, 8);
	if (start == NULL)
		return -1;
	if (type == 'n') {
		memcpy(&arg->number, start, sizeof arg->number);
		return 0;
	}
	arg->count = word_at(start);
	arg->bytes = word_at(start + 4);
	const uint64_t padding = -(uint64_t)arg->bytes & 7;
	const uint8_t *data = take(reader, arg->bytes + padding);
	if (data == NULL)
		return -1;
	arg->text = (const char *)data;
	reader->reason = is_zero(data + arg->bytes, padding) ? check_counts(type, arg) : "padding is not zero";
	return reader->reason == NULL ? 0 : -1;
}

static int read_tolerated(struct field_reader *reader, struct plan_record *record) {
	const uint8_t *tolerated = take(reader, PLAN_MAX_TOLERATED);
	if (tolerated == NULL)
		return -1;
	memcpy(record->tolerated, tolerated, PLAN_MAX_TOLERATED);
	reader->reason = tolerated[0] == 0 ? "no errno is tolerated" : NULL;
	return reader->reason == NULL ? 0 : -1;
}

static const char *read_fields(struct field_reader *reader, struct plan_record *record) {
	if ((record->flags & RECORD_TOLERATES) != 0 && read_tolerated(reader, record) == -1)
		return reader->reason;
	const char *signature = signatures[record->op];
	for (int i = 0; signature[i] != '\0'; i++)
		if (read_field(reader, signature[i], &record->args[i]) == -1)
			return reader->reason;
	return reader->left == 0 ? NULL : "bytes are left over";
}

struct plan_cursor first_record(const struct plan *plan) {
	return (struct plan_cursor){plan, HEADER_BYTES, 0};
}

static const char *read_record(struct plan_cursor *cursor, struct plan_record *record) {
	const uint8_t *start = cursor->plan->bytes + cursor->offset;
	const uint32_t left = cursor->plan->size - cursor->offset;
	if (left < RECORD_HEADER_BYTES)
		return "the record is cut";
	*record = (struct plan_record){.op = half_at(start), .flags = half_at(start + 2)};
	const uint32_t length = word_at(start + 4);
	if (record->op >= sizeof signatures / sizeof signatures[0] || signatures[record->op] == NULL)
		return "the step is unknown";
	if ((record->flags & ~(RECORD_TOLERATES | RECORD_OTHERWISE)) != 0)
		return "a flag is unknown";
	if (length > left - RECORD_HEADER_BYTES)
		return "the record is cut";
	struct field_reader reader = {start + RECORD_HEADER_BYTES, length, NULL};
	cursor->offset += RECORD_HEADER_BYTES + length;
	return read_fields(&reader, record);
}

int next_record(struct plan_cursor *cursor, struct plan_record *record, const char **reason) {
	if (cursor->offset == cursor->plan->size)
		return 0;
	*reason = read_record(cursor, record);
	if (*reason != NULL)
		return -1;
	cursor->index++;
	return 1;
}

const char *next_string(const char *text) {
	return text + strlen(text) + 1;
}

uint64_t number_at(const struct plan_arg *numbers, uint32_t index) {
	uint64_t number;
	memcpy(&number, numbers->text + (size_t)index * 8, sizeof number);
	return number;
}
