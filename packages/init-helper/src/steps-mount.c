/*
 * The steps that mount below the root; the root itself is steps-root.c's.
 * Privileges: CAP_SYS_ADMIN over the mount namespace. Trusts: sources, which are the host's and chosen by the user
 * who may mount them; not targets, which are resolved below the root and held by a descriptor from then on.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "mount-calls.h"
#include "resolve.h"
#include "scoped.h"

int run_mount(struct state *state, const struct plan_record *record) {
	const struct plan_arg *args = record->args;
	SCOPED_FD target = make_directory(state, args[MOUNT_TARGET].text, 0755);
	if (target == -1)
		return -1;
	SCOPED_FD mount = make_mount(
	    args[MOUNT_FSTYPE].text, args[MOUNT_SOURCE].text, &args[MOUNT_OPTIONS], args[MOUNT_ATTRIBUTES].number);
	const struct mount_change change = {.propagation = args[MOUNT_PROPAGATION].number};
	if (mount == -1 || change_mount(mount, change, 0) == -1)
		return -1;
	return attach_mount(mount, target);
}

static int open_target(const struct state *state, const char *path, uint64_t kind, int source) {
	struct stat status;
	if (kind == TARGET_LIKE_SOURCE) {
		if (fstat(source, &status) == -1)
			return -1;
		kind = S_ISDIR(status.st_mode) ? TARGET_DIRECTORY : TARGET_FILE;
	}
	if (kind == TARGET_DIRECTORY)
		return make_directory(state, path, 0755);
	return kind == TARGET_FILE ? make_file(state, path) : open_below(state, path, O_PATH);
}

/* Fails as mount(2) does where only one is a directory: move_mount(2) has EINVAL for that and for much else. */
static int require_one_kind(int source, int target) {
	struct stat from, to;
	if (fstat(source, &from) == -1 || fstat(target, &to) == -1)
		return -1;
	if (S_ISDIR(from.st_mode) == S_ISDIR(to.st_mode))
		return 0;
	errno = ENOTDIR;
	return -1;
}

/* Propagation goes as deep as the clone does, attributes as deep as they are told to. */
struct bind {
	const char *target;
	uint64_t target_kind, propagation;
	struct mount_change attributes;
	int recursive, attributes_recursive;
};

static int attach_tree(const struct state *state, int tree, const struct bind *bind) {
	const struct mount_change propagation = {.propagation = bind->propagation};
	if (tree == -1 || change_mount(tree, propagation, bind->recursive) == -1 ||
	    change_mount(tree, bind->attributes, bind->attributes_recursive) == -1)
		return -1;
	SCOPED_FD target = open_target(state, bind->target, bind->target_kind, tree);
	if (target == -1 || require_one_kind(tree, target) == -1)
		return -1;
	return attach_mount(tree, target);
}

/*
 * A descriptor holds a detached mount of the parent's, which is moved and so can be bound once: kernels
 * before 6.15 do not clone such a mount.
 */
int run_bind(struct state *state, const struct plan_record *record) {
	const struct plan_arg *args = record->args;
	const int fd = (int)(int64_t)args[BIND_FD].number;
	const struct bind bind = {
	    .target = args[BIND_TARGET].text,
	    .target_kind = args[BIND_TARGET_KIND].number,
	    .propagation = args[BIND_PROPAGATION].number,
	    .attributes = {.set = args[BIND_ATTRIBUTES_SET].number, .clear = args[BIND_ATTRIBUTES_CLEAR].number},
	    .recursive = args[BIND_RECURSIVE].number != 0,
	    .attributes_recursive = args[BIND_ATTRIBUTES_RECURSIVE].number != 0,
	};
	SCOPED_FD tree = fd == -1 ? clone_tree(AT_FDCWD, args[BIND_SOURCE].text, bind.recursive)
	                          : fcntl(fd, F_DUPFD_CLOEXEC, HELPER_FD_FIRST);
	return attach_tree(state, tree, &bind);
}

/* Containers write to what is shared with them: a link they have left there must lead nowhere else. */
int run_bind_within(struct state *state, const struct plan_record *record) {
	const struct plan_arg *args = record->args;
	const struct bind bind = {
	    .target = args[BIND_WITHIN_TARGET].text,
	    .target_kind = TARGET_LIKE_SOURCE,
	    .propagation = args[BIND_WITHIN_PROPAGATION].number,
	    .attributes = {.set = args[BIND_WITHIN_ATTRIBUTES_SET].number,
	        .clear = args[BIND_WITHIN_ATTRIBUTES_CLEAR].number},
	    .recursive = args[BIND_WITHIN_RECURSIVE].number != 0,
	};
	SCOPED_FD directory = open(args[BIND_WITHIN_SOURCE].text, O_PATH | O_DIRECTORY | O_CLOEXEC);
	SCOPED_FD source = directory == -1 ? -1 : open_in(directory, args[BIND_WITHIN_WITHIN].text, O_PATH);
	SCOPED_FD tree = source == -1 ? -1 : clone_tree(source, "", bind.recursive);
	return attach_tree(state, tree, &bind);
}

int run_mount_attributes(struct state *state, const struct plan_record *record) {
	const struct plan_arg *args = record->args;
	const struct mount_change change = {
	    .set = args[MOUNT_ATTRIBUTES_ATTRIBUTES_SET].number,
	    .clear = args[MOUNT_ATTRIBUTES_ATTRIBUTES_CLEAR].number,
	    .propagation = args[MOUNT_ATTRIBUTES_PROPAGATION].number,
	};
	SCOPED_FD target = open_below(state, args[MOUNT_ATTRIBUTES_TARGET].text, O_PATH);
	return target == -1 ? -1 : change_mount(target, change, args[MOUNT_ATTRIBUTES_RECURSIVE].number != 0);
}

/* The container's null device, if that is what lies there: an image can put anything under its name. */
static int clone_null_device(const struct state *state) {
	struct stat status;
	SCOPED_FD null = open_below(state, "/dev/null", O_PATH);
	if (null == -1 || fstat(null, &status) == -1 || !S_ISCHR(status.st_mode) || status.st_rdev != makedev(1, 3)) {
		errno = ENODEV; /* never ENOENT: Plans tolerate that for what is to be masked */
		return -1;
	}
	return clone_tree(null, "", 0);
}

static int make_empty_directory(void) {
	static const char options[] = "size=4096\0nr_inodes=2\0mode=755";
	const struct plan_arg list = {.text = options, .count = 3, .bytes = sizeof options};
	return make_mount(
	    "tmpfs", "tmpfs", &list, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
}

/* What is masked is what the type was asked of: the descriptor, not the path. */
int run_mask(struct state *state, const struct plan_record *record) {
	struct stat status;
	SCOPED_FD target = open_below(state, record->args[MASK_PATH].text, O_PATH);
	if (target == -1 || fstat(target, &status) == -1)
		return -1;
	SCOPED_FD cover = S_ISDIR(status.st_mode) ? make_empty_directory() : clone_null_device(state);
	return cover == -1 ? -1 : attach_mount(cover, target);
}

int run_read_only(struct state *state, const struct plan_record *record) {
	const struct mount_change change = {.set = MOUNT_ATTR_RDONLY};
	SCOPED_FD target = open_below(state, record->args[READ_ONLY_PATH].text, O_PATH);
	if (target == -1)
		return -1;
	SCOPED_FD tree = clone_tree(target, "", 1);
	return tree == -1 || change_mount(tree, change, 1) == -1 ? -1 : attach_mount(tree, target);
}
