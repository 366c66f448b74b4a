/*
 * Job: the parent of one container. Only a parent can wait, so it outlives the command line: it owns the
 * container's pipes or terminal, moves its output, takes its exit status, looks at its health and starts it again,
 * all as TypeScript decided at the start, with no Node alive. Privileges: those of the client that
 * started it, no more; it opens no path but /dev/null, its files, its own /proc and what its own Plan names.
 * Trusts: the record on descriptor 3 and the Plans it names, sealed by mini; of the container nothing but its end.
 */
#define _GNU_SOURCE
#include "monitor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_ENGINE = 125, EXIT_NOT_EXECUTABLE = 126, EXIT_NOT_FOUND = 127 };

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

/* The status as waitpid(2) gives it, when all output is in the log and with the clients: who reads of the end
 * misses nothing. */
static int take_exit(struct container *container) {
	int status = 0;
	while (waitpid(container->pid, &status, __WALL) < 0 && errno == EINTR)
		;
	relay_rest(container, OUT);
	relay_rest(container, ERR);
	close(container->pidfd);
	container->pidfd = -1;
	end_health(container);
	return status;
}

static void log_exit(const struct container *container) {
	const int status = (int)container->status.wait_status;
	const int exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	if (container->status.oom_killed)
		write_event(container, "oom", "%s", "");
	write_event(container, "die", "\"exitCode\":\"%d\"", exit_code);
	write_exec_end(container, exit_code);
}

static void tell_exit(struct container *container) {
	const struct control_message exited = {
	    .kind = MESSAGE_EXITED, .step = container->status.oom_killed, .value = container->status.wait_status};
	tell_all(container, &exited);
}

/* A start that fails is how the container ends. */
static void note_failed_start(struct container *container, int error) {
	const int code = error == ENOENT ? EXIT_NOT_FOUND : error == EACCES ? EXIT_NOT_EXECUTABLE : EXIT_ENGINE;
	note_exit(container, code << 8, false);
	log_exit(container);
	tell_exit(container);
}

/* True when the container runs again. Whoever attaches meanwhile is served. */
static bool restart_after(struct container *container, int64_t delay_ms) {
	const int64_t deadline_ms = now_ms(CLOCK_MONOTONIC) + delay_ms;
	drop_all_clients(container);
	while (now_ms(CLOCK_MONOTONIC) < deadline_ms && !container->is_asked_to_end)
		serve_once(container, deadline_ms);
	/* Asked again, for who says stop may have done so meanwhile. */
	if (!is_to_restart(container, (int)container->status.wait_status)) {
		container->status.restarting = false;
		write_status(container);
		return false;
	}
	if (start_again(container) < 0) {
		note_failed_start(container, errno);
		return false;
	}
	return true;
}

static void run_until_it_stays_down(struct container *container) {
	bool runs = true;
	for (int64_t delay_ms = 0; runs;) {
		while (serve_once(container, 0))
			;
		const int status = take_exit(container);
		runs = is_to_restart(container, status);
		note_exit(container, status, runs);
		log_exit(container);
		if (runs) {
			tell_exit(container);
			delay_ms = next_delay_ms(delay_ms, container);
			runs = restart_after(container, delay_ms);
		}
	}
}

int main(void) {
	static struct monitor_record record;
	static struct container container = {
	    .record = &record, .pidfd = -1, .control = -1, .stdin_end = -1, .outputs = {-1, -1}, .listener = -1};

	if (read_record(&record) < 0)
		return EXIT_ENGINE;
	leave_session();
	take_first_client(&container);
	if (start_container(&container) < 0)
		return EXIT_ENGINE;
	if (wait_until_started(&container) < 0)
		return EXIT_ENGINE;
	if (record.detached)
		drop_client(&container, 0);
	take_requests();
	run_until_it_stays_down(&container);
	if (container.listener >= 0)
		unlinkat(container.directory, "attach", 0);
	remove_groups(&container);
	if (remove_container(&container))
		write_event(&container, "destroy", "%s", "");
	tell_exit(&container);
	return 0;
}
