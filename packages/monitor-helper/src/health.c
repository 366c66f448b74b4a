/*
 * Job: looks at the container's health as TypeScript decided it: runs a command in the container from time to
 * time, counts its failures, keeps the last looks in the file `health`. Privileges: the client's; the command's
 * are in its Plan. Trusts: the record and its Plan; nothing that the command does.
 */
#define _GNU_SOURCE
#include "launch.h"
#include "monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOOKS = 5, OUTPUT_BYTES = 4096, CUT_OFF = -1 };

/* The last looks, the oldest first; the one that is being taken comes after them. */
static struct look {
	struct health_frame frame;
	char output[OUTPUT_BYTES];
} looks[LOOKS + 1];
static int look_count;

static const char *const state_names[] = {
    [HEALTH_STARTING] = "starting", [HEALTH_HEALTHY] = "healthy", [HEALTH_UNHEALTHY] = "unhealthy"};

static bool is_in_start_period(const struct container *container) {
	return container->status.health == HEALTH_STARTING &&
	       now_ms(CLOCK_MONOTONIC) < container->health.start_period_end_ms;
}

static void plan_next(struct container *container) {
	const struct monitor_record *record = container->record;
	const int64_t pause_ms =
	    is_in_start_period(container) ? record->health_start_interval_ms : record->health_interval_ms;
	container->health.next_ms = now_ms(CLOCK_MONOTONIC) + pause_ms;
}

void begin_health(struct container *container) {
	if (container->record->health_plan_fd < 0)
		return;
	container->health.start_period_end_ms = now_ms(CLOCK_MONOTONIC) + container->record->health_start_period_ms;
	plan_next(container);
}

/* Written anew each time, whole or not at all. */
static void write_looks(const struct container *container) {
	int fd = openat(container->directory, "health.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	bool is_whole = true;
	for (int i = 0; i < look_count && is_whole; i++) {
		const size_t length = (size_t)looks[i].frame.length;
		struct iovec parts[] = {{&looks[i].frame, sizeof looks[i].frame}, {looks[i].output, length}};
		is_whole = writev(fd, parts, 2) == (ssize_t)(sizeof looks[i].frame + length);
	}
	close(fd);
	if (is_whole)
		renameat(container->directory, "health.new", container->directory, "health");
	else
		unlinkat(container->directory, "health.new", 0);
}

static void keep_look(const struct container *container) {
	const struct probe *probe = &container->health.probe;
	struct look *look = &looks[look_count++];
	look->frame.started_ms = probe->started_ms;
	look->frame.ended_ms = now_ms(CLOCK_REALTIME);
	look->frame.exit_code = probe->exit_code;
	if (look_count > LOOKS) {
		memmove(looks, looks + 1, sizeof *looks * LOOKS);
		look_count = LOOKS;
	}
	write_looks(container);
}

static void note_health(struct container *container, bool is_healthy) {
	const int64_t before = container->status.health;
	if (is_healthy) {
		container->status.health = HEALTH_HEALTHY;
		container->status.failing_streak = 0;
	} else if (!is_in_start_period(container) &&
	           ++container->status.failing_streak >= container->record->health_retries) {
		container->status.health = HEALTH_UNHEALTHY;
	}
	write_status(container);
	if (container->status.health != before)
		write_event(container, "health_status", "\"health\":\"%s\"", state_names[container->status.health]);
}

static void close_probe(struct probe *probe) {
	const int fds[] = {probe->pidfd, probe->control, probe->output};
	for (int i = 0; i < 3; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	*probe = (struct probe){.pidfd = -1, .control = -1, .output = -1};
}

static void finish_probe(struct container *container) {
	keep_look(container);
	note_health(container, container->health.probe.exit_code == 0);
	close_probe(&container->health.probe);
	plan_next(container);
}

static int launch_probe(const struct monitor_record *monitor, int null, int output, int control,
    const struct container *container, struct launch_result *result) {
	struct launch_record record = monitor->launch;
	record.clone_flags = 0;
	record.helper_fd = monitor->health_helper_fd;
	record.stdin_fd = null;
	record.stdout_fd = record.stderr_fd = output;
	record.pass_count = 3;
	record.pass_fds[0] = monitor->health_plan_fd;
	record.pass_fds[1] = control;
	record.pass_fds[2] = container->pidfd;
	return launch(&record, "mini-nsenter", result);
}

/* A look that cannot be begun has failed. */
static void start_probe(struct container *container) {
	struct probe *probe = &container->health.probe;
	struct launch_result result = {.pid = -1, .pidfd = -1};
	int output[2] = {-1, -1}, control[2] = {-1, -1};
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	container->health.next_ms = 0;
	looks[look_count].frame.length = 0;
	*probe = (struct probe){.pidfd = -1, .control = -1, .output = -1, .started_ms = now_ms(CLOCK_REALTIME)};
	const bool is_begun = null >= 0 && pipe2(output, O_CLOEXEC) == 0 &&
	                      socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) == 0 &&
	                      launch_probe(container->record, null, output[1], control[1], container, &result) == 0;
	const int theirs[] = {null, output[1], control[1]};
	for (int i = 0; i < 3; i++)
		if (theirs[i] >= 0)
			close(theirs[i]);
	probe->pid = result.pid;
	probe->pidfd = result.pidfd;
	probe->control = control[0];
	probe->output = output[0];
	probe->exit_code = CUT_OFF;
	probe->deadline_ms = now_ms(CLOCK_MONOTONIC) + container->record->health_timeout_ms;
	if (!is_begun)
		finish_probe(container);
}

/* While the container is paused nothing in it could answer. */
static bool is_paused(const struct container *container) {
	char text[64];
	if (container->record->frozen_fd < 0)
		return false;
	ssize_t length = pread((int)container->record->frozen_fd, text, sizeof text - 1, 0);
	text[length < 0 ? 0 : length] = '\0';
	return strstr(text, "frozen 1") != NULL || strstr(text, "FROZEN") != NULL;
}

void start_probe_in_time(struct container *container) {
	struct health *health = &container->health;
	if (health->next_ms == 0 || container->pidfd < 0 || now_ms(CLOCK_MONOTONIC) < health->next_ms)
		return;
	if (is_paused(container))
		plan_next(container);
	else
		start_probe(container);
}

static bool is_readable(int fd) {
	struct pollfd entry = {fd, POLLIN, 0};
	return fd >= 0 && poll(&entry, 1, 0) > 0;
}

/* The first bytes are kept, the rest is read all the same: a command that writes more must not stand still. */
static void take_output(struct probe *probe) {
	static char rest[OUTPUT_BYTES];
	struct look *look = &looks[look_count];
	while (is_readable(probe->output)) {
		const size_t room = OUTPUT_BYTES - (size_t)look->frame.length;
		const ssize_t length = read(
		    probe->output, room > 0 ? look->output + look->frame.length : rest, room > 0 ? room : sizeof rest);
		if (length <= 0) {
			close(probe->output);
			probe->output = -1;
		} else if (room > 0) {
			look->frame.length += length;
		}
	}
}

/* The helper tells of the child it forked in the container, and ends; then of what failed, or nothing. */
static void take_messages(struct probe *probe) {
	struct control_message message;
	int fd;
	while (is_readable(probe->control)) {
		if (receive_message(probe->control, &message, &fd, 1) <= 0) {
			close(probe->control);
			probe->control = -1;
		} else if (message.kind == MESSAGE_FORKED && fd >= 0) {
			waitpid(probe->pid, NULL, __WALL);
			close(probe->pidfd);
			probe->pid = (pid_t)message.value;
			probe->pidfd = fd;
		} else if (fd >= 0) {
			close(fd);
		}
	}
}

static void take_end(struct probe *probe) {
	int status = 0;
	if (!is_readable(probe->pidfd))
		return;
	while (waitpid(probe->pid, &status, __WALL) < 0 && errno == EINTR)
		;
	probe->has_ended = true;
	if (!probe->is_cut_off)
		probe->exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void hear_probe(struct container *container) {
	struct probe *probe = &container->health.probe;
	take_messages(probe);
	take_output(probe);
	take_end(probe);
	if (probe->has_ended) {
		take_output(probe);
		finish_probe(container);
		return;
	}
	if (now_ms(CLOCK_MONOTONIC) < probe->deadline_ms)
		return;
	probe->deadline_ms = now_ms(CLOCK_MONOTONIC) + container->record->health_timeout_ms;
	if (is_paused(container))
		return;
	probe->is_cut_off = true;
	syscall(SYS_pidfd_send_signal, probe->pidfd, SIGKILL, NULL, 0);
}

/* With the container all its processes have ended; the helper may still be on its way in. */
void end_health(struct container *container) {
	struct probe *probe = &container->health.probe;
	container->health.next_ms = 0;
	if (probe->pid == 0)
		return;
	syscall(SYS_pidfd_send_signal, probe->pidfd, SIGKILL, NULL, 0);
	while (waitpid(probe->pid, NULL, __WALL) < 0 && errno == EINTR)
		;
	/* A helper that was killed may have forked and not said so. */
	while (waitpid(-1, NULL, __WALL | WNOHANG) > 0)
		;
	close_probe(probe);
}
