/*
 * Job: adds lines to the event log: JSON objects, of which TypeScript made what tells of the container.
 * Privileges: the client's. Trusts: the monitor's own Plan, which comes sealed from mini.
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

/* Whole, by one write to a file that is open for appending: lines of several writers do not mix. */
static void append_line(int fd, const char *members, const char *action, const char *attributes) {
	char start[64], end[TEXT_BYTES + 64];
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	const long long time_ns = now.tv_sec * 1000000000ll + now.tv_nsec;
	snprintf(start, sizeof start, "{\"timeNano\":\"%lld\",", time_ns);
	snprintf(end, sizeof end, ",\"action\":\"%s\",\"attributes\":{%s}}\n", action, attributes);
	struct iovec parts[] = {{start, strlen(start)}, {(void *)members, strlen(members)}, {end, strlen(end)}};
	/* A disk that is full loses the event, not the container. */
	ssize_t written = writev(fd, parts, 3);
	(void)written;
}

void write_event(const struct container *container, const char *action, const char *attributes, ...) {
	char text[TEXT_BYTES];
	struct plan plan;
	const char *members;
	va_list arguments;
	if (container->record->event_fd < 0 || !find_event_subject(container, &plan, &members))
		return;
	va_start(arguments, attributes);
	vsnprintf(text, sizeof text, attributes, arguments);
	va_end(arguments);
	append_line((int)container->record->event_fd, members, action, text);
	release_plan(&plan);
}
