/*
 * Job: removes a directory with all below it. Privileges: the client's. Trusts: the directory that the path's
 * parent is; nothing below the path. Every step down goes by descriptor and follows no link.
 */
#define _GNU_SOURCE
#include "monitor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A directory that its owner may not write to (a container's user made it so) is opened up first. */
static int open_tree_directory(int directory, const char *name) {
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(directory, name, flags);
	if (fd < 0 && errno == EACCES && fchmodat(directory, name, 0700, 0) == 0)
		fd = openat(directory, name, flags);
	return fd;
}

static int remove_entry(int directory, const struct dirent *entry, enum removal removal) {
	const bool may_be_directory = entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN;
	if (removal == EVERYTHING && entry->d_type != DT_DIR && unlinkat(directory, entry->d_name, 0) == 0)
		return 0;
	return may_be_directory ? remove_tree(directory, entry->d_name, removal) : removal == DIRECTORIES ? 0 : -1;
}

static int empty_directory(int fd, enum removal removal) {
	DIR *entries = fdopendir(fd);
	int result = 0;
	if (entries == NULL) {
		close(fd);
		return -1;
	}
	if (removal == EVERYTHING)
		fchmod(dirfd(entries), 0700);
	for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (remove_entry(dirfd(entries), entry, removal) < 0)
			result = -1;
	}
	closedir(entries);
	return result;
}

/* 0 when it is gone, whoever removed it; with DIRECTORIES files are left, as in a cgroup, where they go along. */
int remove_tree(int directory, const char *name, enum removal removal) {
	if (removal == DIRECTORIES && unlinkat(directory, name, AT_REMOVEDIR) == 0)
		return 0;
	int fd = open_tree_directory(directory, name);
	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	empty_directory(fd, removal);
	return unlinkat(directory, name, AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : -1;
}
