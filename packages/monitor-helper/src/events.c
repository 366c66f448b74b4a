/*
 * Job: adds lines to the event log: JSON objects, of which TypeScript made what
 * tells of the container. Privileges: the client's. Trusts: the monitor's own
 * Plan, which comes sealed from mini.
 */
#define _GNU_SOURCE
#include "monitor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { TEXT_BYTES = 256 };

/* Whole, by one write to a file that is open for appending: lines of several
 * writers do not mix. */
static void append_line(int fd, const char *members, const char *rest) {
	char start[64];
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	const long long time_ns = now.tv_sec * 1000000000ll + now.tv_nsec;
	snprintf(start, sizeof start, "{\"timeNano\":\"%lld\",", time_ns);
	struct iovec parts[] = {
	    {start, strlen(start)}, {(void *)members, strlen(members)}, {(void *)rest, strlen(rest)}};
	/* A disk that is full loses the event, not the container. */
	ssize_t written = writev(fd, parts, 3);
	(void)written;
}

/* What else happens then: the container's volumes are mounted, or not any more;
 * a command runs in another container. */
static void append_along(int fd, const struct plan *plan, const char *action) {
	struct plan_record record;
	const char *reason;
	for (struct plan_cursor cursor = first_record(plan); next_record(&cursor, &record, &reason) == 1;)
		if (record.op == OP_EVENT_ALONG && strcmp(record.args[EVENT_ALONG_ACTION].text, action) == 0)
			append_line(fd, record.args[EVENT_ALONG_MEMBERS].text, "}\n");
}

void write_event(const struct container *container, const char *action, const char *attributes, ...) {
	char text[TEXT_BYTES], rest[TEXT_BYTES + 64];
	struct plan plan;
	struct plan_record subject;
	va_list arguments;
	const int fd = (int)container->record->event_fd;
	if (fd < 0 || !read_own_plan(container, &plan))
		return;
	va_start(arguments, attributes);
	vsnprintf(text, sizeof text, attributes, arguments);
	va_end(arguments);
	snprintf(rest, sizeof rest, ",\"action\":\"%s\",\"attributes\":{%s}}\n", action, text);
	const bool is_start = strcmp(action, "start") == 0;
	if (is_start)
		append_along(fd, &plan, action);
	if (find_step(&plan, OP_EVENT_SUBJECT, &subject))
		append_line(fd, subject.args[EVENT_SUBJECT_MEMBERS].text, rest);
	if (!is_start)
		append_along(fd, &plan, action);
	release_plan(&plan);
}

/* Of a command in a container, whoever has started it and whether anybody waits
 * for it. */
void write_exec_end(const struct container *container, int exit_code) {
	char rest[TEXT_BYTES];
	struct plan plan;
	struct plan_record exec;
	const int fd = (int)container->record->event_fd;
	if (fd < 0 || !read_own_plan(container, &plan))
		return;
	if (find_step(&plan, OP_EVENT_EXEC, &exec)) {
		snprintf(rest, sizeof rest,
		    ",\"action\":\"exec_die\",\"attributes\":{\"execID\":\"%s\","
		    "\"exitCode\":\"%d\"}}\n",
		    exec.args[EVENT_EXEC_ID].text, exit_code);
		append_line(fd, exec.args[EVENT_EXEC_MEMBERS].text, rest);
	}
	release_plan(&plan);
}
