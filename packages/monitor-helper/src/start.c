/*
 * Job: makes the container's stdio and starts its init helper from the launch record that TypeScript wrote.
 * Privileges: the client's. Trusts: the record, which comes sealed from mini.
 */
#define _GNU_SOURCE
#include "launch.h"
#include "monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the init helper's record calls descriptor 4: the second word of its passed descriptors. */
enum { PASS_CONTROL = 1 };

struct stdio_pipes {
	int in[2], out[2], err[2];
};

static int open_stdio(struct stdio_pipes *pipes, const struct monitor_record *record) {
	pipes->in[0] = pipes->in[1] = -1;
	if (record->stdin_open && !record->terminal) {
		if (pipe2(pipes->in, O_CLOEXEC) < 0)
			return -1;
	} else if ((pipes->in[0] = open("/dev/null", O_RDWR | O_CLOEXEC)) < 0) {
		return -1;
	}
	if (record->terminal) {
		pipes->out[1] = pipes->err[1] = pipes->in[0];
		pipes->out[0] = pipes->err[0] = -1;
		return 0;
	}
	if (pipe2(pipes->out, O_CLOEXEC) < 0)
		return -1;
	return pipe2(pipes->err, O_CLOEXEC);
}

static void close_descriptor(int64_t fd) {
	if (fd >= 0)
		close((int)fd);
}

/* The monitor must not keep what only the container is to hold, or pipes would never end and roots never go. */
static void close_passed(struct monitor_record *record, struct stdio_pipes *pipes) {
	struct launch_record *launch = &record->launch;
	close_descriptor(launch->helper_fd);
	close_descriptor(launch->into_cgroup_fd);
	for (int64_t i = 0; i < launch->join_count; i++)
		close_descriptor(launch->join_fds[i]);
	for (int64_t i = 0; i < launch->pass_count; i++)
		close_descriptor(launch->pass_fds[i]);
	close(pipes->in[0]);
	if (!record->terminal) {
		close(pipes->out[1]);
		close(pipes->err[1]);
	}
	close(FD_RECORD);
}

static int fail(struct container *container, int stage, int error) {
	struct control_message message = {.kind = MESSAGE_FAILED, .stage = stage, .error = error};
	send_message(FD_CLIENT, &message, -1);
	return -1;
}

int start_container(struct container *container, struct monitor_record *record) {
	struct launch_record *launch_record = &record->launch;
	struct launch_result result;
	struct stdio_pipes pipes;
	int control[2];

	container->directory = (int)record->directory_fd;
	container->oom_fd = (int)record->oom_fd;
	if (launch_record->pass_count <= PASS_CONTROL)
		return fail(container, STAGE_DESCRIPTORS, EINVAL);
	if (open_log(&container->log, record) < 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) < 0 || open_stdio(&pipes, record) < 0)
		return fail(container, STAGE_DESCRIPTORS, errno);
	launch_record->stdin_fd = pipes.in[0];
	launch_record->stdout_fd = pipes.out[1];
	launch_record->stderr_fd = pipes.err[1];
	launch_record->pass_fds[PASS_CONTROL] = control[1];
	if (launch(launch_record, "mini-init", &result) < 0)
		return fail(container, result.stage, result.error);
	close_passed(record, &pipes);
	container->pid = result.pid;
	container->pidfd = result.pidfd;
	container->control = control[0];
	container->stdin_end = pipes.in[1];
	container->outputs[OUT] = pipes.out[0];
	container->outputs[ERR] = pipes.err[0];
	return 0;
}

/* The client does its part (maps, network) and says go with one byte; its end means that nobody will. */
static int pass_barrier(struct container *container, struct control_message *message) {
	char go;
	message->value = container->pid;
	if (send_message(FD_CLIENT, message, -1) < 0 || recv(FD_CLIENT, &go, 1, 0) != 1)
		return -1;
	return send(container->control, &go, 1, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

static void take_terminal(struct container *container, int master) {
	container->outputs[OUT] = master;
	container->terminal = true;
}

/* The helper has joined a running container and ends; what it forked there is our child too and goes on. */
static void take_forked(struct container *container, const struct control_message *message, int pidfd) {
	waitpid(container->pid, NULL, __WALL);
	close(container->pidfd);
	container->pid = (pid_t)message->value;
	container->pidfd = pidfd;
}

/* A helper that was killed may have forked and not said so. */
static void reap_all(void) {
	while (waitpid(-1, NULL, __WALL) > 0 || errno == EINTR)
		;
}

/* The end of a pipe is handed over, so that it ends with the client; a detached container keeps it for who
 * attaches. */
static void report_started(struct container *container, bool detached) {
	tell_started(container, 0);
	if (detached || container->stdin_end < 0)
		return;
	close(container->stdin_end);
	container->stdin_end = -1;
}

/* 0 once the user's command has been executed: the helper's end of the socket closes then. -1 when it was not. */
int wait_until_started(struct container *container, const struct monitor_record *record) {
	struct control_message message;
	int fd, result;

	while ((result = receive_message(container->control, &message, &fd, 1)) > 0) {
		if (message.kind == MESSAGE_TERMINAL && record->terminal && fd >= 0) {
			take_terminal(container, fd);
			continue;
		}
		if (message.kind == MESSAGE_FORKED && fd >= 0) {
			take_forked(container, &message, fd);
			continue;
		}
		if (fd >= 0)
			close(fd);
		if (message.kind == MESSAGE_BARRIER && pass_barrier(container, &message) == 0)
			continue;
		if (message.kind == MESSAGE_FAILED)
			send_message(FD_CLIENT, &message, -1);
		close(container->control);
		reap_all();
		return -1;
	}
	close(container->control);
	container->control = -1;
	if (result == 0) {
		note_start(container);
		open_listener(container);
		report_started(container, record->detached);
	}
	return result;
}
