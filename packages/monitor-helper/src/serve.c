/*
 * Job: waits for whatever comes next, from the container, its clients or the clock, and has it dealt with.
 * Privileges: the client's. Trusts: nothing of what it hands on.
 */
#define _GNU_SOURCE
#include "monitor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
	ENTRY_PIDFD = STREAMS,
	ENTRY_LISTENER,
	ENTRY_PROBE,
	ENTRY_PROBE_CONTROL,
	ENTRY_PROBE_OUTPUT,
	ENTRY_CLIENTS,
	ENTRIES = ENTRY_CLIENTS + MAX_CLIENTS
};

static void collect_entries(const struct container *container, struct pollfd entries[ENTRIES]) {
	const struct probe *probe = &container->health.probe;
	for (int stream = OUT; stream < STREAMS; stream++)
		entries[stream] = (struct pollfd){container->outputs[stream], POLLIN, 0};
	entries[ENTRY_PIDFD] = (struct pollfd){container->pidfd, POLLIN, 0};
	entries[ENTRY_LISTENER] = (struct pollfd){container->listener, POLLIN, 0};
	entries[ENTRY_PROBE] = (struct pollfd){probe->pid ? probe->pidfd : -1, POLLIN, 0};
	entries[ENTRY_PROBE_CONTROL] = (struct pollfd){probe->pid ? probe->control : -1, POLLIN, 0};
	entries[ENTRY_PROBE_OUTPUT] = (struct pollfd){probe->pid ? probe->output : -1, POLLIN, 0};
	for (int i = 0; i < MAX_CLIENTS; i++)
		entries[ENTRY_CLIENTS + i] = (struct pollfd){container->clients[i].socket, POLLIN, 0};
}

/* Of two times the earlier one; 0 is never. */
static int64_t earlier(int64_t one, int64_t other) {
	return one == 0 || (other != 0 && other < one) ? other : one;
}

/* Signals are let in only here, so that none comes between a look at what it says and the wait. */
static int wait_for_entries(struct pollfd entries[ENTRIES], int64_t deadline_ms) {
	const sigset_t none = {0};
	int64_t left_ms = deadline_ms == 0 ? 0 : deadline_ms - now_ms(CLOCK_MONOTONIC);
	if (left_ms < 0)
		left_ms = 0;
	const struct timespec left = {left_ms / 1000, left_ms % 1000 * 1000000};
	return ppoll(entries, ENTRIES, deadline_ms == 0 ? NULL : &left, &none);
}

static volatile sig_atomic_t was_asked;

static void on_term(int signal) {
	was_asked = 1;
}

/* Who ends the monitor ends the container: it is asked as its own stop signal asks, once. */
static void pass_request_on(struct container *container) {
	was_asked = 0;
	container->is_asked_to_end = true;
	if (container->pidfd >= 0)
		syscall(SYS_pidfd_send_signal, container->pidfd, (int)container->record->stop_signal, NULL, 0);
}

void take_requests(void) {
	sigset_t term;
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_term}, NULL);
}

/* False when the container has ended. Waits until `deadline_ms` of the monotonic clock at most; 0 is for ever. */
bool serve_once(struct container *container, int64_t deadline_ms) {
	const struct health *health = &container->health;
	struct pollfd entries[ENTRIES];
	collect_entries(container, entries);
	deadline_ms = earlier(deadline_ms, health->probe.pid ? health->probe.deadline_ms : health->next_ms);
	const int ready = wait_for_entries(entries, deadline_ms);
	if (was_asked)
		pass_request_on(container);
	if (ready < 0)
		return true;
	for (int i = 0; i < MAX_CLIENTS; i++)
		if (entries[ENTRY_CLIENTS + i].revents)
			hear_client(container, i);
	if (entries[ENTRY_LISTENER].revents)
		admit_client(container);
	for (int stream = OUT; stream < STREAMS; stream++)
		if (entries[stream].revents)
			relay_once(container, stream);
	if (health->probe.pid)
		hear_probe(container);
	else
		start_probe_in_time(container);
	return !entries[ENTRY_PIDFD].revents;
}
