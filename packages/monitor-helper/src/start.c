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
	int in[2], out[2], err[2]; /* of the container, -1 for what is not there */
};

/* A user's pipes may be large only up to a sum of all of them; beyond it they are as they are. See pipe(7). */
static int open_output(int pipe[2]) {
	if (pipe2(pipe, O_CLOEXEC) < 0)
		return -1;
	fcntl(pipe[0], F_SETPIPE_SZ, RELAY_BYTES);
	return 0;
}

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
	if (open_output(pipes->out) < 0)
		return -1;
	return open_output(pipes->err);
}

static void close_descriptor(int64_t fd) {
	if (fd >= 0)
		close((int)fd);
}

/* What only the container is to hold: kept here, its pipes would never end. */
static void close_container_ends(const struct monitor_record *record, const struct stdio_pipes *pipes) {
	close(pipes->in[0]);
	if (record->terminal)
		return;
	close(pipes->out[1]);
	close(pipes->err[1]);
}

/* The Plan of this start, and its root, which would never go away; of the rest what no later start needs. */
static void close_passed(struct monitor_record *record) {
	struct launch_record *launch = &record->launch;
	const bool is_needed_again = record->again_plan_fd >= 0 || record->health_plan_fd >= 0;
	for (int64_t i = 0; i < launch->pass_count; i++)
		close_descriptor(launch->pass_fds[i]);
	if (is_needed_again)
		return;
	close_descriptor(launch->helper_fd);
	close_descriptor(launch->into_cgroup_fd);
	for (int64_t i = 0; i < launch->join_count; i++)
		close_descriptor(launch->join_fds[i]);
}

/* Later starts have no client that waits for them. */
static int fail(const struct container *container, int stage, int error) {
	struct control_message message = {.kind = MESSAGE_FAILED, .stage = stage, .error = error};
	if (container->status.started_ms == 0)
		send_message(FD_CLIENT, &message, -1);
	errno = error;
	return -1;
}

static int launch_container(struct container *container) {
	struct launch_record *record = &container->record->launch;
	struct launch_result result;
	struct stdio_pipes pipes;
	int control[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) < 0 ||
	    open_stdio(&pipes, container->record) < 0)
		return fail(container, STAGE_DESCRIPTORS, errno);
	record->stdin_fd = pipes.in[0];
	record->stdout_fd = pipes.out[1];
	record->stderr_fd = pipes.err[1];
	record->pass_fds[PASS_CONTROL] = control[1];
	const int launched = launch(record, "mini-init", &result);
	close_container_ends(container->record, &pipes);
	close(control[1]);
	record->pass_fds[PASS_CONTROL] = -1;
	container->control = control[0];
	container->stdin_end = pipes.in[1];
	container->outputs[OUT] = pipes.out[0];
	container->outputs[ERR] = pipes.err[0];
	if (launched < 0)
		return fail(container, result.stage, result.error);
	container->pid = result.pid;
	container->pidfd = result.pidfd;
	return 0;
}

/* In a user namespace that is new, we are nobody and may nothing until our client has mapped its ids. */
static int await_maps(const struct monitor_record *record) {
	char go = 0;
	const struct control_message message = {
	    .kind = MESSAGE_BARRIER, .step = record->maps_barrier, .value = getpid()};
	if (record->maps_barrier == 0)
		return 0;
	return send_message(FD_CLIENT, &message, -1) < 0 || recv(FD_CLIENT, &go, 1, 0) != 1 ? -1 : 0;
}

int start_container(struct container *container) {
	struct monitor_record *record = container->record;
	if (await_maps(record) < 0)
		return -1;
	container->directory = (int)record->directory_fd;
	container->oom_fd = (int)record->oom_fd;
	if (record->launch.pass_count <= PASS_CONTROL)
		return fail(container, STAGE_DESCRIPTORS, EINVAL);
	if (open_log(&container->log, record) < 0)
		return fail(container, STAGE_DESCRIPTORS, errno);
	const int result = launch_container(container);
	close_passed(record);
	close(FD_RECORD);
	return result;
}

/* The client does its part and says go with one byte; its end means that nobody will. Later there is no client. */
static int ask_client(struct container *container, struct control_message *message, int fd) {
	char go = 0;
	message->value = container->pid;
	if (container->status.started_ms == 0 &&
	    (send_message(FD_CLIENT, message, fd) < 0 || recv(FD_CLIENT, &go, 1, 0) != 1))
		return -1;
	return send(container->control, &go, 1, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

/* Maps are ours to write: we are root of the namespace that the container's is made in. */
static int pass_barrier(struct container *container, struct control_message *message) {
	write_maps(container);
	note_pid(container);
	return ask_client(container, message, -1);
}

/* Only the client knows who answers for the calls of the filter. A start without one cannot have such a filter. */
static int pass_listener(struct container *container, struct control_message *message, int listener) {
	const int result = container->status.started_ms == 0 ? ask_client(container, message, listener) : -1;
	close(listener);
	return result;
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
static void report_started(struct container *container) {
	for (int i = 0; i < MAX_CLIENTS; i++)
		if (container->clients[i].socket >= 0)
			tell_started(container, i);
	if (container->record->detached || container->status.restart_count > 0 || container->stdin_end < 0)
		return;
	close(container->stdin_end);
	container->stdin_end = -1;
}

/* What a start that failed has left. `error` of the message tells later starts how it ended. */
static int give_up(struct container *container, const struct control_message *message) {
	if (container->status.started_ms == 0)
		forget_pid(container);
	if (message->kind == MESSAGE_FAILED && container->status.started_ms == 0)
		send_message(FD_CLIENT, message, -1);
	close(container->control);
	container->control = -1;
	reap_all();
	errno = message->kind == MESSAGE_FAILED ? (int)message->error : EIO;
	return -1;
}

/* Takes one message of the helper's; false when the start has failed by it. */
static bool take_message(struct container *container, struct control_message *message, int fd) {
	if (message->kind == MESSAGE_TERMINAL && container->record->terminal && fd >= 0) {
		take_terminal(container, fd);
		return true;
	}
	if (message->kind == MESSAGE_FORKED && fd >= 0) {
		take_forked(container, message, fd);
		return true;
	}
	if (message->kind == MESSAGE_SECCOMP_LISTENER && fd >= 0)
		return pass_listener(container, message, fd) == 0;
	if (fd >= 0)
		close(fd);
	return message->kind == MESSAGE_BARRIER && pass_barrier(container, message) == 0;
}

/* 0 once the user's command has been executed: the helper's end of the socket closes then. -1 when it was not. */
int wait_until_started(struct container *container) {
	struct control_message message = {0};
	int fd, result;

	while ((result = receive_message(container->control, &message, &fd, 1)) > 0)
		if (!take_message(container, &message, fd))
			return give_up(container, &message);
	close(container->control);
	container->control = -1;
	if (result < 0)
		return -1;
	note_start(container);
	write_event(container, "start", "%s", "");
	if (container->listener < 0)
		open_listener(container);
	report_started(container);
	begin_health(container);
	return 0;
}

static void close_outputs(struct container *container) {
	for (int stream = OUT; stream < STREAMS; stream++) {
		close_descriptor(container->outputs[stream]);
		container->outputs[stream] = -1;
	}
	close_descriptor(container->stdin_end);
	container->stdin_end = -1;
}

/* The same launch with the Plan for later starts; -1 with errno leaves nothing of it. */
int start_again(struct container *container) {
	struct launch_record *record = &container->record->launch;
	close_outputs(container);
	container->terminal = false;
	record->pass_fds[0] = container->record->again_plan_fd;
	record->pass_count = PASS_CONTROL + 1;
	container->status.restart_count++;
	if (launch_container(container) == 0 && wait_until_started(container) == 0)
		return 0;
	const int error = errno;
	close_descriptor(container->control);
	container->control = -1;
	close_descriptor(container->pidfd);
	container->pidfd = -1;
	close_outputs(container);
	errno = error;
	return -1;
}
