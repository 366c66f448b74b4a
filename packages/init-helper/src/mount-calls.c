/*
 * Wraps the mount calls: every mount is made detached, complete with its attributes, and attached last, so that
 * nobody ever sees it half-made. Privileges: CAP_SYS_ADMIN over the mount namespace. Trusts: its callers'
 * arguments; the kernel checks the options.
 */
#define _GNU_SOURCE
#include "mount-calls.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/syscall.h>

#include "scoped.h"

#define KEY_BYTES 256 /* the kernel's limit for a key */

int clone_tree(int fd, const char *path, int recursive) {
	const unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (*path == '\0' ? AT_EMPTY_PATH : 0u) |
	                       (recursive ? AT_RECURSIVE : 0u);
	return (int)syscall(SYS_open_tree, fd, path, flags);
}

int open_context(const char *fstype) {
	return (int)syscall(SYS_fsopen, fstype, FSOPEN_CLOEXEC);
}

int set_string(int context, const char *key, const char *value) {
	return (int)syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, key, value, 0);
}

static int set_option(int context, const char *option) {
	char key[KEY_BYTES];
	const char *equals = strchr(option, '=');
	if (equals == NULL)
		return (int)syscall(SYS_fsconfig, context, FSCONFIG_SET_FLAG, option, NULL, 0);
	const size_t length = (size_t)(equals - option);
	if (length >= sizeof key) {
		errno = EINVAL;
		return -1;
	}
	memcpy(key, option, length);
	key[length] = '\0';
	return set_string(context, key, equals + 1);
}

int finish_mount(int context, const struct plan_arg *options, uint64_t attributes) {
	const char *option = options->text;
	for (uint32_t i = 0; i < options->count; i++, option = next_string(option))
		if (set_option(context, option) == -1)
			return -1;
	if (syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == -1)
		return -1;
	return (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, (unsigned)attributes);
}

int make_mount(const char *fstype, const char *source, const struct plan_arg *options, uint64_t attributes) {
	SCOPED_FD context = open_context(fstype);
	if (context == -1 || (*source != '\0' && set_string(context, "source", source) == -1))
		return -1;
	return finish_mount(context, options, attributes);
}

int attach_mount(int mount, int target) {
	const unsigned flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
	return (int)syscall(SYS_move_mount, mount, "", target, "", flags);
}

int change_mount(int mount, struct mount_change change, int recursive) {
	struct mount_attr attributes = {
	    .attr_set = change.set, .attr_clr = change.clear, .propagation = change.propagation};
	if (change.set == 0 && change.clear == 0 && change.propagation == 0)
		return 0;
	return (int)syscall(SYS_mount_setattr, mount, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0u), &attributes,
	    sizeof attributes);
}
