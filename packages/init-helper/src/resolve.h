/* Paths below the container's root. All of them return close-on-exec descriptors, or -1 with errno. */
#ifndef MINI_RESOLVE_H
#define MINI_RESOLVE_H

#include "steps.h"

/* Follows links as the container would see them, so that none leads out; never the magic ones of /proc. */
int open_below(const struct state *state, const char *path, int flags);

/* The same with any directory as the root. */
int open_in(int root, const char *path, int flags);

/* A name in a directory that is held open: what is made there cannot be led elsewhere. */
struct place {
	int parent;
	const char *name;
	char path[PATH_MAX];
};
int open_place(const struct state *state, const char *path, struct place *place);

/* O_PATH descriptor of the directory, made with `mode` if missing, its parents with 0755. */
int make_directory(const struct state *state, const char *path, mode_t mode);

/* O_PATH descriptor of whatever is there, an empty file if there was nothing. */
int make_file(const struct state *state, const char *path);

/* Whether `fd` lies on a file system of this type, a magic number of statfs(2); else -1 with EINVAL. */
int require_filesystem(int fd, long magic);

#endif
