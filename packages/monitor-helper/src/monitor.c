/*
 * Job: the parent of one container. Only a parent can wait, so it outlives the command line: it owns the
 * container's pipes or terminal, moves its output, and takes its exit status. Privileges: those of the client that
 * started it, no more; it opens no path but /dev/null, its files and its own /proc. Trusts: the record on
 * descriptor 3, sealed by mini; of the container nothing but its end.
 */
#define _GNU_SOURCE
#include "monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_ENGINE = 125 };

static int read_record(struct monitor_record *record) {
	ssize_t length = pread(FD_RECORD, record, sizeof *record, 0);
	if (length == sizeof *record && record->magic == MONITOR_MAGIC && record->version == MONITOR_VERSION)
		return 0;
	fprintf(stderr, "failed to start \"mini-monitor\": there is no monitor record on descriptor 3\n");
	return -1;
}

/* A stop key or a hang-up of the client's terminal is not the container's: a session of its own keeps them away.
 */
static void leave_session(void) {
	setsid();
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_NAME, "mini-monitor");
}

/* Nobody waits for a detached container: its client's terminal and socket must not be held open by us. */
static void let_client_go(struct container *container) {
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	close(null);
	close(FD_CLIENT);
	container->client_gone = true;
	container->outputs[0].sink = container->outputs[1].sink = -1;
}

static void relay_until_exit(struct container *container) {
	for (;;) {
		struct pollfd entries[] = {
		    {container->outputs[0].source, POLLIN, 0},
		    {container->outputs[1].source, POLLIN, 0},
		    {container->pidfd, POLLIN, 0},
		};
		if (poll(entries, 3, -1) < 0 && errno != EINTR)
			return;
		for (int i = 0; i < 2; i++)
			if (entries[i].revents)
				relay_once(&container->outputs[i], &container->log);
		if (entries[2].revents)
			return;
	}
}

static void report_exit(struct container *container) {
	int status = 0;
	while (waitpid(container->pid, &status, __WALL) < 0 && errno == EINTR)
		;
	relay_rest(&container->outputs[0], &container->log);
	relay_rest(&container->outputs[1], &container->log);
	note_exit(container, status);
	struct control_message exited = {.kind = MESSAGE_EXITED, .value = status};
	send_to_client(container, &exited, -1);
}

int main(void) {
	static struct monitor_record record;
	struct container container = {.control = -1, .stdin_end = -1, .outputs = {{-1, -1, 1}, {-1, -1, 2}}};

	if (read_record(&record) < 0)
		return EXIT_ENGINE;
	leave_session();
	if (start_container(&container, &record) < 0)
		return EXIT_ENGINE;
	if (wait_until_started(&container, record.terminal) < 0)
		return EXIT_ENGINE;
	if (record.detached)
		let_client_go(&container);
	relay_until_exit(&container);
	report_exit(&container);
	return 0;
}
