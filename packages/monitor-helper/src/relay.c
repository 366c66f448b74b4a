/*
 * Job: moves the container's output to the log and to the client's own stdout and stderr.
 * Privileges: the client's. Trusts: nothing; the bytes are not looked at.
 */
#define _GNU_SOURCE
#include "monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

/* The sink may be non-blocking: the flag belongs to an open file that the client shares, so it is not ours to
 * change. */
static bool write_all(int sink, const char *bytes, size_t length) {
	while (length > 0) {
		ssize_t written = write(sink, bytes, length);
		if (written >= 0) {
			bytes += written;
			length -= (size_t)written;
		} else if (errno == EAGAIN) {
			struct pollfd entry = {sink, POLLOUT, 0};
			poll(&entry, 1, -1);
		} else if (errno != EINTR) {
			return false;
		}
	}
	return true;
}

static bool client_waits(void) {
	struct pollfd entry = {FD_CLIENT, 0, 0};
	return poll(&entry, 1, 0) == 0;
}

static void close_source(struct relay *relay) {
	close(relay->source);
	relay->source = -1;
}

/* A sink that fails is dropped and the source still read, or the container would stall. But a client in a pipeline
 * (`mini run … | head`) stands for the container: when its reader has enough, the container is to learn that, by a
 * broken pipe of its own. */
static void drop_sink(struct relay *relay, int error) {
	close(relay->sink);
	relay->sink = -1;
	if (error == EPIPE && client_waits())
		close_source(relay);
}

/* False when the source has ended. */
bool relay_once(struct relay *relay, struct log *log) {
	static char bytes[65536];
	ssize_t length;

	do
		length = read(relay->source, bytes, sizeof bytes);
	while (length < 0 && errno == EINTR);
	if (length <= 0) {
		/* A terminal whose other side is closed answers EIO; that is its end of file. */
		close_source(relay);
		return false;
	}
	write_log(log, relay->stream, bytes, (size_t)length);
	if (relay->sink >= 0 && !write_all(relay->sink, bytes, (size_t)length))
		drop_sink(relay, errno);
	return true;
}

/* What is there now, without waiting: a process that shares the host's PID namespace may hold the pipe for ever.
 */
void relay_rest(struct relay *relay, struct log *log) {
	while (relay->source >= 0) {
		struct pollfd entry = {relay->source, POLLIN, 0};
		if (poll(&entry, 1, 0) <= 0 || !relay_once(relay, log))
			return;
	}
}
