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

int64_t now_ms(clockid_t clock) {
	struct timespec now;
	clock_gettime(clock, &now);
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
static int64_t count_oom_kills(int fd) {
	char text[1024];
	if (fd < 0)
		return 0;
	ssize_t length = pread(fd, text, sizeof text - 1, 0);
	if (length <= 0)
		return 0;
	text[length] = '\0';
	const char *line = strstr(text, "oom_kill ");
	return line ? strtoll(line + strlen("oom_kill "), NULL, 10) : 0;
}

void write_status(struct container *container) {
	int fd;
	container->has_status = false;
	if (container->directory < 0)
		return;
	fd = openat(container->directory, "status", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	/* Half a status is none: a reader refuses it by its length. */
	if (pwrite(fd, &container->status, sizeof container->status, 0) == sizeof container->status)
		container->has_status = true;
	else
		unlinkat(container->directory, "status", 0);
	close(fd);
}

static void write_running(struct container *container) {
	const int64_t restart_count = container->status.restart_count;
	container->status = (struct monitor_status){
	    .magic = STATUS_MAGIC,
	    .version = STATUS_VERSION,
	    .monitor_pid = getpid(),
	    .monitor_start_time = read_start_time(getpid()),
	    .pid = container->pid,
	    .start_time = read_start_time(container->pid),
	    .started_ms = now_ms(CLOCK_REALTIME),
	    .restart_count = restart_count,
	    .health = container->record->health_plan_fd < 0 ? HEALTH_NONE : HEALTH_STARTING,
	};
	write_status(container);
}

void note_pid(struct container *container) {
	const bool is_first = container->status.started_ms == 0;
	write_running(container);
	if (is_first)
		container->status.started_ms = 0;
}

void forget_pid(struct container *container) {
	if (container->has_status)
		unlinkat(container->directory, "status", 0);
	container->has_status = false;
}

void note_start(struct container *container) {
	container->oom_kills = count_oom_kills(container->oom_fd);
	write_running(container);
}

void note_exit(struct container *container, int wait_status, bool restarting) {
	container->status.ended_ms = now_ms(CLOCK_REALTIME);
	container->status.wait_status = wait_status;
	container->status.oom_killed = count_oom_kills(container->oom_fd) > container->oom_kills;
	container->status.restarting = restarting;
	write_status(container);
}
