/*
 * Job: writes down what only the monitor knows: which process it is, and how it ended.
 * Privileges: the client's. Trusts: /proc of its own PID namespace.
 */
#define _GNU_SOURCE
#include "monitor.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ms(void) {
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000ll + now.tv_nsec / 1000000;
}

/* Field 22 of /proc/PID/stat. The name in field 2 may hold anything, so fields are counted behind its last
 * bracket. */
static int64_t read_start_time(pid_t pid) {
	char path[32], text[1024];
	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	ssize_t length = read(fd, text, sizeof text - 1);
	close(fd);
	if (length <= 0)
		return 0;
	text[length] = '\0';
	char *field = strrchr(text, ')');
	for (int number = 2; field && number < 22; number++)
		field = strchr(field + 1, ' ');
	return field ? strtoll(field, NULL, 10) : 0;
}

/* The count stands in a line of its own in memory.events (v2) and memory.oom_control (v1). */
static bool was_oom_killed(int fd) {
	char text[1024];
	if (fd < 0)
		return false;
	ssize_t length = pread(fd, text, sizeof text - 1, 0);
	if (length <= 0)
		return false;
	text[length] = '\0';
	const char *line = strstr(text, "oom_kill ");
	return line && strtoll(line + strlen("oom_kill "), NULL, 10) > 0;
}

static void write_status(const struct container *container) {
	int fd;
	if (container->directory < 0)
		return;
	fd = openat(container->directory, "status", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	/* Half a status is none: a reader refuses it by its length. */
	if (pwrite(fd, &container->status, sizeof container->status, 0) != sizeof container->status)
		unlinkat(container->directory, "status", 0);
	close(fd);
}

void note_start(struct container *container) {
	container->status = (struct monitor_status){
	    .magic = STATUS_MAGIC,
	    .version = STATUS_VERSION,
	    .monitor_pid = getpid(),
	    .monitor_start_time = read_start_time(getpid()),
	    .pid = container->pid,
	    .start_time = read_start_time(container->pid),
	    .started_ms = now_ms(),
	};
	write_status(container);
}

void note_exit(struct container *container, int wait_status) {
	container->status.ended_ms = now_ms();
	container->status.wait_status = wait_status;
	container->status.oom_killed = was_oom_killed(container->oom_fd);
	write_status(container);
}
