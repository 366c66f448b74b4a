/*
 * Job: runs the steps of the monitor's own Plan, each kind at its moment: maps at each start of a container,
 * its cgroups and, when it is not to stay, all of it at the end. Privileges: the client's. Trusts: the Plan, which
 * comes sealed from mini; in a tree that is removed, no link.
 */
#define _GNU_SOURCE
#include "monitor.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { GROUP_TRIES = 20, GROUP_PAUSE_NS = 1000000 };

/* Read anew each time: between its few moments no memory is held for it. */
bool read_own_plan(const struct container *container, struct plan *plan) {
	return container->record->own_plan_fd >= 0 && read_plan((int)container->record->own_plan_fd, plan) == 0 &&
	       check_header(plan) == NULL;
}

void release_plan(struct plan *plan) {
	munmap((void *)plan->bytes, PLAN_MAX_BYTES);
}

static void write_map(const struct container *container, const struct plan_record *record) {
	char path[64];
	const char *value = record->args[WRITE_MAP_VALUE].text;
	snprintf(path, sizeof path, "/proc/%d/%s", container->pid, record->args[WRITE_MAP_FILE].text);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	/* What the kernel refuses here makes the init helper fail at its next step: that is what is noted. */
	ssize_t written = write(fd, value, strlen(value));
	(void)written;
	close(fd);
}

/* With the host's PID namespace the first process is not all: what it leaves behind ends with it. */
static void kill_group(const char *path) {
	char text[4096];
	int group = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int list = group < 0 ? -1 : openat(group, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	ssize_t length = list < 0 ? 0 : read(list, text, sizeof text - 1);
	text[length < 0 ? 0 : length] = '\0';
	for (char *at = text, *end; *at != '\0' && (end = strchr(at, '\n')) != NULL; at = end + 1)
		if (atoi(at) > 0)
			kill(atoi(at), SIGKILL);
	if (list >= 0)
		close(list);
	if (group >= 0)
		close(group);
}

/* A task that has just died may still be counted in its group. */
static void remove_group(const struct plan_record *record) {
	const char *path = record->args[REMOVE_GROUPS_PATH].text;
	for (int i = 0; i < GROUP_TRIES; i++) {
		if (remove_tree(AT_FDCWD, path, DIRECTORIES) == 0)
			return;
		kill_group(path);
		nanosleep(&(struct timespec){0, GROUP_PAUSE_NS}, NULL);
	}
}

/* Names are taken away one at a time among all processes, so that none is taken from its next holder. */
static void unlink_links(const struct plan_record *record) {
	const struct plan_arg *args = record->args;
	const char *content = args[UNLINK_LINKS_CONTENT].text;
	char found[512];
	int lock = open(args[UNLINK_LINKS_LOCK].text, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	DIR *directory = opendir(args[UNLINK_LINKS_DIRECTORY].text);
	if (lock >= 0 && directory != NULL && flock(lock, LOCK_EX) == 0) {
		for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
			ssize_t length = readlinkat(dirfd(directory), entry->d_name, found, sizeof found);
			if (length == (ssize_t)strlen(content) && memcmp(found, content, (size_t)length) == 0)
				unlinkat(dirfd(directory), entry->d_name, 0);
		}
	}
	if (directory != NULL)
		closedir(directory);
	if (lock >= 0)
		close(lock);
}

/* Somebody may have started the container anew before we had the lock: it is theirs then. Where a full disk has
 * kept us from writing a status there is none. */
static bool is_still_ours(const struct container *container) {
	struct monitor_status status;
	int fd = openat(container->directory, "status", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return !container->has_status;
	ssize_t length = pread(fd, &status, sizeof status, 0);
	close(fd);
	return length == sizeof status && status.monitor_pid == container->status.monitor_pid &&
	       status.monitor_start_time == container->status.monitor_start_time;
}

static bool lock_ours(const struct container *container, const struct plan_record *record) {
	int fd = open(record->args[LOCK_PATH].text, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	return fd >= 0 && flock(fd, LOCK_EX) == 0 && is_still_ours(container);
}

/* False to leave the rest to the next sweep. */
static bool run_removal(const struct container *container, const struct plan_record *record) {
	const struct plan_arg *args = record->args;
	switch (record->op) {
	case OP_LOCK:
		return lock_ours(container, record);
	case OP_RENAME:
		return rename(args[RENAME_FROM].text, args[RENAME_TO].text) == 0;
	case OP_UNLINK_LINKS:
		unlink_links(record);
		return true;
	case OP_REMOVE_TREE:
		return remove_tree(AT_FDCWD, args[REMOVE_TREE_PATH].text, EVERYTHING) == 0;
	case OP_UNLINK:
		return unlink(args[UNLINK_PATH].text) == 0;
	default:
		return true;
	}
}

void write_maps(const struct container *container) {
	struct plan plan;
	struct plan_record record;
	const char *reason;
	if (!read_own_plan(container, &plan))
		return;
	for (struct plan_cursor cursor = first_record(&plan); next_record(&cursor, &record, &reason) == 1;)
		if (record.op == OP_WRITE_MAP)
			write_map(container, &record);
	release_plan(&plan);
}

void remove_groups(const struct container *container) {
	struct plan plan;
	struct plan_record record;
	const char *reason;
	if (!read_own_plan(container, &plan))
		return;
	for (struct plan_cursor cursor = first_record(&plan); next_record(&cursor, &record, &reason) == 1;)
		if (record.op == OP_REMOVE_GROUPS)
			remove_group(&record);
	release_plan(&plan);
}

/* Whoever stops a container to start it again leaves this file first: it is not to go. */
static bool is_to_be_kept(const struct container *container) {
	return faccessat(container->directory, "keep", F_OK, 0) == 0;
}

/* True when the container was to be removed, and is. */
bool remove_container(const struct container *container) {
	struct plan plan;
	struct plan_record record;
	const char *reason;
	bool is_removed = false;
	if (is_to_be_kept(container) || !read_own_plan(container, &plan))
		return false;
	struct plan_cursor cursor = first_record(&plan);
	while (next_record(&cursor, &record, &reason) == 1 && run_removal(container, &record))
		is_removed |= record.op == OP_RENAME;
	release_plan(&plan);
	return is_removed;
}

/* The record's texts live in `plan`. */
bool find_step(const struct plan *plan, uint16_t op, struct plan_record *record) {
	const char *reason;
	for (struct plan_cursor cursor = first_record(plan); next_record(&cursor, record, &reason) == 1;)
		if (record->op == op)
			return true;
	return false;
}
