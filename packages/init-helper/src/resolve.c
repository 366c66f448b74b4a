/*
 * Resolves and makes paths below the container's root.
 * Privileges: those of the moment, root's as a rule. Trusts nothing of what it finds: an image may hold any link,
 * and another container that shares a volume may exchange names while we look. Hence openat2(2) each time, and
 * what is made is made in a directory held by a descriptor and then looked up again.
 */
#define _GNU_SOURCE
#include "resolve.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

#include "scoped.h"

#define MOST_ATTEMPTS 128
#define MAX_LINKS 8

int open_in(int root, const char *path, int flags) {
	struct open_how how = {
	    .flags = (uint64_t)(unsigned)flags | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
	for (int attempt = 1;; attempt++) {
		int fd = (int)syscall(SYS_openat2, root, path, &how, sizeof how);
		/* The kernel could not rule out that a rename led the lookup out of the root. */
		if (fd != -1 || errno != EAGAIN || attempt == MOST_ATTEMPTS)
			return fd;
	}
}

int open_below(const struct state *state, const char *path, int flags) {
	return open_in(state->root, path, flags);
}

/* A copy without slashes at its end. */
static int copy_path(char copy[PATH_MAX], const char *path) {
	size_t length = strlen(path);
	while (length > 1 && path[length - 1] == '/')
		length--;
	if (length >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(copy, path, length);
	copy[length] = '\0';
	return 0;
}

int open_place(const struct state *state, const char *path, struct place *place) {
	if (copy_path(place->path, path) == -1)
		return -1;
	char *slash = strrchr(place->path, '/');
	char *name = slash == NULL ? place->path : slash + 1;
	if (*name == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
		errno = EINVAL;
		return -1;
	}
	const char *parent = slash == place->path ? "/" : slash == NULL ? "." : place->path;
	if (slash != NULL)
		*slash = '\0';
	place->name = name;
	place->parent = open_below(state, *parent == '\0' ? "/" : parent, O_PATH | O_DIRECTORY);
	return place->parent == -1 ? -1 : 0;
}

/* What the link at `path` leads to, as a path below the root: beside the link where it is relative. */
static int read_link(const struct place *place, const char *path, char target[PATH_MAX]) {
	const char *slash = strrchr(path, '/');
	char content[PATH_MAX];
	ssize_t length = readlinkat(place->parent, place->name, content, sizeof content - 1);
	if (length == -1)
		return -1;
	content[length] = '\0';
	const int beside = content[0] == '/' || slash == NULL ? 0 : (int)(slash - path) + 1;
	if (beside + length >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(target, path, (size_t)beside);
	memcpy(target + beside, content, (size_t)length + 1);
	return 0;
}

static int make_last_directory(const struct state *state, const char *path, mode_t mode) {
	struct place place;
	if (open_place(state, path, &place) == -1)
		return -1;
	SCOPED_FD parent = place.parent;
	int result = mkdirat(parent, place.name, mode);
	/* A dangling link exists and is no directory: the lookup of what is below it, or of itself, then fails. */
	return result == -1 && errno == EEXIST ? 0 : result;
}

static int make_directory_through(const struct state *state, const char *path, mode_t mode, int links);

/* Images have links such as /var/run into a /run that is empty: then what a link leads to is made. */
static int make_where_it_leads(const struct state *state, const char *path, mode_t mode, int links) {
	char target[PATH_MAX];
	struct place place;
	if (open_place(state, path, &place) == -1)
		return -1;
	const int result = read_link(&place, path, target);
	close_scoped(&place.parent);
	if (result == -1)
		return -1;
	if (links == MAX_LINKS) {
		errno = ELOOP;
		return -1;
	}
	return make_directory_through(state, target, mode, links + 1);
}

/* O_PATH descriptor of a directory whose parent is there. */
static int make_one_directory(const struct state *state, const char *path, mode_t mode, int links) {
	int fd = open_below(state, path, O_PATH | O_DIRECTORY);
	if (fd != -1 || errno != ENOENT || make_last_directory(state, path, mode) == -1)
		return fd;
	fd = open_below(state, path, O_PATH | O_DIRECTORY);
	return fd == -1 && errno == ENOENT ? make_where_it_leads(state, path, mode, links) : fd;
}

static int make_directory_through(const struct state *state, const char *path, mode_t mode, int links) {
	char prefix[PATH_MAX];
	if (copy_path(prefix, path) == -1)
		return -1;
	/* Nearly always only the last one is missing, as for each tree below /sys/fs/cgroup. */
	int fd = make_one_directory(state, prefix, mode, links);
	if (fd != -1 || (errno != ENOENT && errno != EINVAL))
		return fd;
	for (char *end = prefix;;) {
		end += strspn(end, "/");
		end += strcspn(end, "/");
		const char rest = *end;
		*end = '\0';
		fd = make_one_directory(state, prefix, rest == '\0' ? mode : 0755, links);
		if (fd == -1 || rest == '\0')
			return fd;
		close(fd);
		*end = rest;
	}
}

int make_directory(const struct state *state, const char *path, mode_t mode) {
	return make_directory_through(state, path, mode, 0);
}

/* The directory that `path` lies in, with its parents. */
static int make_parents(const struct state *state, const char *path) {
	char parent[PATH_MAX];
	if (copy_path(parent, path) == -1)
		return -1;
	char *slash = strrchr(parent, '/');
	if (slash == NULL || slash == parent)
		return 0;
	*slash = '\0';
	int fd = make_directory(state, parent, 0755);
	return fd == -1 ? -1 : close(fd);
}

/* One step on the way to a missing file: 0 made it, 1 found a link that leads nowhere yet, its target in `next`.
 */
static int make_file_or_follow(const struct state *state, const char *path, char next[PATH_MAX]) {
	struct place place;
	if (make_parents(state, path) == -1 || open_place(state, path, &place) == -1)
		return -1;
	SCOPED_FD parent = place.parent;
	SCOPED_FD file = openat(parent, place.name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (file != -1)
		return 0;
	if (errno != EEXIST)
		return -1;
	return read_link(&place, path, next) == -1 ? -1 : 1;
}

/* Many roots have /etc/resolv.conf as a link into a /run that is empty: then what it leads to is made. */
int make_file(const struct state *state, const char *path) {
	char at[2][PATH_MAX];
	int fd = open_below(state, path, O_PATH);
	if (fd != -1 || errno != ENOENT || copy_path(at[0], path) == -1)
		return fd;
	for (int links = 0; links < MAX_LINKS; links++) {
		int result = make_file_or_follow(state, at[links % 2], at[(links + 1) % 2]);
		if (result == -1)
			return -1;
		if (result == 0)
			return open_below(state, path, O_PATH);
	}
	errno = ELOOP;
	return -1;
}

int require_filesystem(int fd, long magic) {
	struct statfs status;
	if (fstatfs(fd, &status) == -1)
		return -1;
	if ((long)status.f_type == magic)
		return 0;
	errno = EINVAL;
	return -1;
}
