/*
 * Job: the parent of one container. Only a parent can wait, so it outlives the command line: it owns the
 * container's pipes or terminal, moves its output, and takes its exit status. Privileges: those of the client that
 * started it, no more; it opens no path but /dev/null, its files and its own /proc. Trusts: the record on
 * descriptor 3, sealed by mini; of the container nothing but its end.
 */
#define _GNU_SOURCE
#include "monitor.h"

#include <errno.h>
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

/* The first client is the one that started us: its stdio and its socket are ours from the beginning. */
static void take_first_client(struct container *container) {
	for (int i = 0; i < MAX_CLIENTS; i++)
		container->clients[i] = (struct client){-1, {-1, -1}};
	container->clients[0] = (struct client){FD_CLIENT, {STDOUT_FILENO, STDERR_FILENO}};
}

enum { ENTRY_PIDFD = STREAMS, ENTRY_LISTENER, ENTRY_CLIENTS, ENTRIES = ENTRY_CLIENTS + MAX_CLIENTS };

static void collect_entries(const struct container *container, struct pollfd entries[ENTRIES]) {
	for (int stream = OUT; stream < STREAMS; stream++)
		entries[stream] = (struct pollfd){container->outputs[stream], POLLIN, 0};
	entries[ENTRY_PIDFD] = (struct pollfd){container->pidfd, POLLIN, 0};
	entries[ENTRY_LISTENER] = (struct pollfd){container->listener, POLLIN, 0};
	for (int i = 0; i < MAX_CLIENTS; i++)
		entries[ENTRY_CLIENTS + i] = (struct pollfd){container->clients[i].socket, POLLIN, 0};
}

static void relay_until_exit(struct container *container) {
	struct pollfd entries[ENTRIES];
	do {
		collect_entries(container, entries);
		if (poll(entries, ENTRIES, -1) < 0) {
			if (errno == EINTR)
				continue;
			return;
		}
		for (int i = 0; i < MAX_CLIENTS; i++)
			if (entries[ENTRY_CLIENTS + i].revents)
				hear_client(container, i);
		if (entries[ENTRY_LISTENER].revents)
			admit_client(container);
		for (int stream = OUT; stream < STREAMS; stream++)
			if (entries[stream].revents)
				relay_once(container, stream);
	} while (!entries[ENTRY_PIDFD].revents);
}

/* The end is noted when all output is in the log and with the clients: who reads of the end misses nothing. */
static void report_exit(struct container *container) {
	int status = 0;
	while (waitpid(container->pid, &status, __WALL) < 0 && errno == EINTR)
		;
	relay_rest(container, OUT);
	relay_rest(container, ERR);
	note_exit(container, status);
	struct control_message exited = {.kind = MESSAGE_EXITED, .value = status};
	tell_all(container, &exited);
	if (container->listener >= 0)
		unlinkat(container->directory, "attach", 0);
}

int main(void) {
	static struct monitor_record record;
	static struct container container = {.control = -1, .stdin_end = -1, .outputs = {-1, -1}, .listener = -1};

	if (read_record(&record) < 0)
		return EXIT_ENGINE;
	leave_session();
	take_first_client(&container);
	if (start_container(&container, &record) < 0)
		return EXIT_ENGINE;
	if (wait_until_started(&container, &record) < 0)
		return EXIT_ENGINE;
	if (record.detached)
		drop_client(&container, 0);
	relay_until_exit(&container);
	report_exit(&container);
	return 0;
}
