/*
 * Job: removes a directory with all below it. Privileges: the client's. Trusts: the directory that the path's
 * parent is; nothing below the path. Every step down goes by descriptor and follows no link. No depth is too deep:
 * what a directory holds in directories is moved up to the top before it goes.
 */
#define _GNU_SOURCE
#include "monitor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A directory that its owner may not write to (a container's user made it so) is opened up first. */
static DIR *open_entries(int directory, const char *name, enum removal removal) {
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(directory, name, flags);
	if (fd < 0 && errno == EACCES && fchmodat(directory, name, 0700, 0) == 0)
		fd = openat(directory, name, flags);
	DIR *entries = fd < 0 ? NULL : fdopendir(fd);
	if (fd >= 0 && entries == NULL)
		close(fd);
	if (entries != NULL && removal == EVERYTHING)
		fchmod(fd, 0700);
	return entries;
}

/* The next but for the directory itself and its parent. */
static struct dirent *next_entry(DIR *entries) {
	struct dirent *entry;
	do
		entry = readdir(entries);
	while (entry != NULL && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0));
	return entry;
}

static bool is_unlinked(int directory, const struct dirent *entry) {
	return entry->d_type != DT_DIR && (unlinkat(directory, entry->d_name, 0) == 0 || errno == ENOENT);
}

/* A name that is taken makes way for the next; a directory leaves its parent only when it may be written to. */
static int move_up(int from, const char *name, int top) {
	static unsigned count;
	char fresh[32];
	bool is_opened = false;
	for (;;) {
		snprintf(fresh, sizeof fresh, ".removed-%u", count++);
		if (renameat(from, name, top, fresh) == 0)
			return 0;
		if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR)
			continue;
		if (errno != EACCES || is_opened || fchmodat(from, name, 0700, 0) < 0)
			return -1;
		is_opened = true;
	}
}

/* Removes a directory at the top, whose own directories come up. */
static int remove_raised(int top, const char *name) {
	DIR *entries = open_entries(top, name, EVERYTHING);
	if (entries == NULL)
		return -1;
	for (struct dirent *entry; (entry = next_entry(entries)) != NULL;)
		if (!is_unlinked(dirfd(entries), entry))
			move_up(dirfd(entries), entry->d_name, top);
	closedir(entries);
	return unlinkat(top, name, AT_REMOVEDIR);
}

/* Again and again, until nothing more comes up or goes. */
static void empty_tree(DIR *entries) {
	for (bool has_changed = true; has_changed; rewinddir(entries)) {
		has_changed = false;
		for (struct dirent *entry; (entry = next_entry(entries)) != NULL;)
			if (!is_unlinked(dirfd(entries), entry) && remove_raised(dirfd(entries), entry->d_name) == 0)
				has_changed = true;
	}
}

/* Of a cgroup, which has few levels and moves none: its files go along with it. */
static void remove_directories(DIR *entries) {
	for (struct dirent *entry; (entry = next_entry(entries)) != NULL;)
		if (entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN)
			remove_tree(dirfd(entries), entry->d_name, DIRECTORIES);
}

/* 0 when it is gone, whoever removed it; with DIRECTORIES files are left, as in a cgroup, where they go along. */
int remove_tree(int directory, const char *name, enum removal removal) {
	if (removal == DIRECTORIES && unlinkat(directory, name, AT_REMOVEDIR) == 0)
		return 0;
	DIR *entries = open_entries(directory, name, removal);
	if (entries == NULL)
		return errno == ENOENT ? 0 : -1;
	if (removal == DIRECTORIES)
		remove_directories(entries);
	else
		empty_tree(entries);
	closedir(entries);
	return unlinkat(directory, name, AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : -1;
}
