/*
 * Job: keeps the container's output in files of frames, `log` and when it is rotated `log.1`, `log.2`, …
 * Privileges: the client's. Trusts: the directory, which only its owner can enter; the bytes are not looked at.
 */
#define _GNU_SOURCE
#include "monitor.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static int open_current(struct log *log) {
	struct stat status;
	log->fd = openat(log->directory, "log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (log->fd < 0 || fstat(log->fd, &status) < 0)
		return -1;
	log->bytes = status.st_size;
	return 0;
}

int open_log(struct log *log, const struct monitor_record *record) {
	log->fd = -1;
	log->directory = (int)record->directory_fd;
	log->most_bytes = record->log_max_bytes;
	log->most_files = record->log_max_files;
	return log->directory < 0 || log->most_bytes < 0 ? 0 : open_current(log);
}

/* The oldest falls off the end; a reader keeps the file it has open. */
static void rotate(struct log *log) {
	char older[32], newer[32];
	close(log->fd);
	for (int64_t number = log->most_files - 1; number > 0; number--) {
		snprintf(older, sizeof older, "log.%lld", (long long)number);
		snprintf(newer, sizeof newer, number > 1 ? "log.%lld" : "log", (long long)number - 1);
		renameat(log->directory, newer, log->directory, older);
	}
	if (log->most_files <= 1)
		unlinkat(log->directory, "log", 0);
	open_current(log);
}

/* A disk that is full loses output, never the container: what could not be written whole is cut off again. */
void write_log(struct log *log, int stream, const char *bytes, size_t length) {
	struct timespec now;
	if (log->fd < 0)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	struct log_frame frame = {
	    .time_ns = now.tv_sec * 1000000000ll + now.tv_nsec, .stream = stream, .length = (int64_t)length};
	struct iovec parts[] = {{&frame, sizeof frame}, {(void *)bytes, length}};
	ssize_t written = writev(log->fd, parts, 2);
	if (written == (ssize_t)(sizeof frame + length))
		log->bytes += written;
	else if (ftruncate(log->fd, log->bytes) < 0)
		log->fd = -1;
	if (log->most_bytes > 0 && log->bytes >= log->most_bytes)
		rotate(log);
}
