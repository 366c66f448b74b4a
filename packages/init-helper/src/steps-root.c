/*
 * The steps that make the container's root and change to it.
 * Privileges: CAP_SYS_ADMIN over the mount namespace. Trusts: the source of the root, which the user chose.
 *
 * The root under construction is attached on top of "/": the only place that every mount namespace has. It covers
 * nothing there, since "/" stays what it was for a process that has it as its root, and needs no directory on the
 * host. Neither "/" nor the new root may be shared with the host, whatever the Plan made of the propagation: the
 * root itself, and then every mount below it, would appear there. A shared mount that becomes a slave still
 * receives.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/syscall.h>

#include "mount-calls.h"
#include "scoped.h"
#include "steps.h"

int run_propagation(struct state *state, const struct plan_record *record) {
	const uint64_t propagation = record->args[PROPAGATION_PROPAGATION].number;
	return propagation == 0 ? 0 : mount(NULL, "/", NULL, MS_REC | (unsigned long)propagation, NULL);
}

int attach_root(struct state *state, int tree) {
	const struct mount_change slave = {.propagation = MS_SLAVE};
	SCOPED_FD slash = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (tree == -1 || slash == -1 || change_mount(slash, slave, 0) == -1 || change_mount(tree, slave, 1) == -1 ||
	    attach_mount(tree, slash) == -1)
		return -1;
	close(state->root);
	state->root = tree;
	return 0;
}

int run_root_fd(struct state *state, const struct plan_record *record) {
	return attach_root(state, (int)record->args[ROOT_FD_FD].number);
}

int run_root_tree(struct state *state, const struct plan_record *record) {
	const struct plan_arg *args = record->args;
	return attach_root(
	    state, clone_tree(AT_FDCWD, args[ROOT_TREE_SOURCE].text, args[ROOT_TREE_RECURSIVE].number != 0));
}

int run_root_fs(struct state *state, const struct plan_record *record) {
	const struct plan_arg *args = record->args;
	return attach_root(state, make_mount(args[ROOT_FS_FSTYPE].text, args[ROOT_FS_SOURCE].text,
	                              &args[ROOT_FS_OPTIONS], args[ROOT_FS_ATTRIBUTES].number));
}

/* What it is moved from is a slave since it was attached, what it is moved to since the propagation was set. */
int run_place_root(struct state *state, const struct plan_record *record) {
	SCOPED_FD place = open(record->args[PLACE_ROOT_PATH].text, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return place == -1 ? -1 : attach_mount(state->root, place);
}

/*
 * With the new root as both arguments the old one ends up on top of it, where umount finds it without a directory.
 * Before that the old tree must be a slave: unmounting what is shared would unmount it on the host.
 */
int run_pivot_root(struct state *state, const struct plan_record *record) {
	const struct mount_change slave = {.propagation = MS_SLAVE};
	SCOPED_FD old = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (old == -1 || fchdir(state->root) == -1 || syscall(SYS_pivot_root, ".", ".") == -1 ||
	    change_mount(old, slave, 1) == -1 || umount2(".", MNT_DETACH) == -1 || chdir("/") == -1)
		return -1;
	close(state->root);
	state->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return state->root == -1 ? -1 : 0;
}

/* The new root lies on top of "/", where no path leads to what it covers. */
int run_change_root(struct state *state, const struct plan_record *record) {
	if (fchdir(state->root) == -1 || chroot(".") == -1 || chdir("/") == -1)
		return -1;
	close(state->root);
	state->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return state->root == -1 ? -1 : 0;
}
