/* The mount calls of Linux 5.2 to 5.12, which the C libraries here have no wrappers for. -1 with errno. */
#ifndef MINI_MOUNT_CALLS_H
#define MINI_MOUNT_CALLS_H

#include "plan-reader.h"

/* A detached copy of the mount at `path`, relative to `fd` (of `fd` itself when it is empty). */
int clone_tree(int fd, const char *path, int recursive);

/* A detached mount of a new file system; `options` are key=value or flags, `source` may be empty. */
int make_mount(const char *fstype, const char *source, const struct plan_arg *options, uint64_t attributes);

/* The same in three parts, for what a list of options cannot hold; a context is the caller's to close. */
int open_context(const char *fstype);
int set_string(int context, const char *key, const char *value);
int finish_mount(int context, const struct plan_arg *options, uint64_t attributes);

/* Attaches a detached mount on top of what `target` holds. */
int attach_mount(int mount, int target);

struct mount_change {
	uint64_t set, clear, propagation; /* MOUNT_ATTR_ and MS_ flags */
};
int change_mount(int mount, struct mount_change change, int recursive);

#endif
