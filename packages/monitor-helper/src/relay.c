/*
 * Job: moves the container's output to the log and to the clients' own stdout and stderr.
 * Privileges: the client's. Trusts: nothing; the bytes are not looked at.
 */
#define _GNU_SOURCE
#include "monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* What may be written at once without blocking: what poll calls writable takes PIPE_BUF bytes, and a file takes
 * all. */
static size_t chunk_of(int sink) {
	struct stat status;
	return fstat(sink, &status) == 0 && S_ISREG(status.st_mode) ? SIZE_MAX : PIPE_BUF;
}

/*
 * A client that does not read holds the container back, as a pipe to it would; one that is gone does not. The
 * sink's flags are the client's own and not ours to change, so it is asked each time.
 */
static bool write_all(const struct client *client, int stream, const char *bytes, size_t length) {
	const size_t chunk = chunk_of(client->sinks[stream]);
	while (length > 0) {
		struct pollfd entries[] = {{client->sinks[stream], POLLOUT, 0}, {client->socket, 0, 0}};
		if (poll(entries, 2, -1) < 0 && errno != EINTR)
			return false;
		if (entries[1].revents & (POLLHUP | POLLERR))
			return false;
		if (!entries[0].revents)
			continue;
		ssize_t written = write(client->sinks[stream], bytes, length < chunk ? length : chunk);
		if (written < 0 && errno != EAGAIN && errno != EINTR)
			return false;
		if (written > 0) {
			bytes += written;
			length -= (size_t)written;
		}
	}
	return true;
}

static void close_sink(struct container *container, int index, int stream) {
	struct client *client = &container->clients[index];
	close(client->sinks[stream]);
	client->sinks[stream] = -1;
}

static void close_source(struct container *container, int stream) {
	close(container->outputs[stream]);
	container->outputs[stream] = -1;
}

/*
 * In the foreground the container's output ends where its client's does, as in `mini run … | head -n 1`: the
 * command is to get the broken pipe, not to write for ever to nobody. Somebody else who watches keeps it going.
 */
static bool is_pipeline_broken(const struct container *container, int index, int stream) {
	if (index != 0 || container->terminal || container->clients[0].socket < 0)
		return false;
	for (int i = 1; i < MAX_CLIENTS; i++)
		if (container->clients[i].sinks[stream] >= 0)
			return false;
	return true;
}

/* Of the buffer what stays in memory. */
enum { KEPT_BYTES = 65536 };

static char bytes[RELAY_BYTES] __attribute__((aligned(4096)));

/* There is a monitor for each container, and a burst of output is soon over. */
static void give_back(int source, ssize_t length) {
	int waiting = 0;
	if (length > KEPT_BYTES && ioctl(source, FIONREAD, &waiting) == 0 && waiting == 0)
		madvise(bytes + KEPT_BYTES, sizeof bytes - KEPT_BYTES, MADV_DONTNEED);
}

/* False when the source has ended. It is read even when nobody wants it, or the container would stall. */
bool relay_once(struct container *container, int stream) {
	ssize_t length;

	do
		length = read(container->outputs[stream], bytes, sizeof bytes);
	while (length < 0 && errno == EINTR);
	if (length <= 0) {
		/* A terminal whose other side is closed answers EIO; that is its end of file. */
		close_source(container, stream);
		return false;
	}
	write_log(&container->log, stream + 1, bytes, (size_t)length);
	for (int i = 0; i < MAX_CLIENTS; i++) {
		const struct client *client = &container->clients[i];
		if (client->sinks[stream] < 0 || write_all(client, stream, bytes, (size_t)length))
			continue;
		close_sink(container, i, stream);
		if (is_pipeline_broken(container, i, stream))
			close_source(container, stream);
	}
	if (container->outputs[stream] < 0)
		return false;
	give_back(container->outputs[stream], length);
	return true;
}

/* What is there now, without waiting: a process that shares the host's PID namespace may hold the pipe for ever.
 */
void relay_rest(struct container *container, int stream) {
	while (container->outputs[stream] >= 0) {
		struct pollfd entry = {container->outputs[stream], POLLIN, 0};
		if (poll(&entry, 1, 0) <= 0 || !relay_once(container, stream))
			return;
	}
}
