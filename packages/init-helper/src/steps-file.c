/*
 * The steps that make files below the root or write to /proc.
 * Privileges: root's in the user namespace. Trusts nothing that it finds below the root.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "resolve.h"
#include "scoped.h"

#define PIPE_FS_MAGIC 0x50495045 /* PIPEFS_MAGIC, which linux/magic.h of older headers lacks */

int run_mkdir(struct state *state, const struct plan_record *record) {
	SCOPED_FD fd = make_directory(state, record->args[MKDIR_PATH].text, (mode_t)record->args[MKDIR_MODE].number);
	return fd == -1 ? -1 : 0;
}

int run_symlink(struct state *state, const struct plan_record *record) {
	struct place place;
	if (open_place(state, record->args[SYMLINK_PATH].text, &place) == -1)
		return -1;
	SCOPED_FD parent = place.parent;
	return symlinkat(record->args[SYMLINK_CONTENT].text, parent, place.name);
}

int run_mknod(struct state *state, const struct plan_record *record) {
	const mode_t mode = (mode_t)record->args[MKNOD_MODE].number;
	const dev_t device = (dev_t)record->args[MKNOD_DEVICE].number;
	struct place place;
	struct stat status;
	if (open_place(state, record->args[MKNOD_PATH].text, &place) == -1)
		return -1;
	SCOPED_FD parent = place.parent;
	if (mknodat(parent, place.name, mode, device) == -1)
		return -1;
	SCOPED_FD node = openat(parent, place.name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (node == -1 || fstat(node, &status) == -1)
		return -1;
	if (status.st_mode != mode || ((S_ISCHR(mode) || S_ISBLK(mode)) && status.st_rdev != device)) {
		errno = EEXIST; /* it has been exchanged for another, which is not ours to give away */
		return -1;
	}
	return fchownat(
	    node, "", (uid_t)record->args[MKNOD_UID].number, (gid_t)record->args[MKNOD_GID].number, AT_EMPTY_PATH);
}

/* A file that only looks like one of /proc would let the image decide what our value does (CVE-2019-19921). */
int run_write_proc(struct state *state, const struct plan_record *record) {
	const struct plan_arg *value = &record->args[WRITE_PROC_VALUE];
	const size_t bytes = value->bytes - 1;
	SCOPED_FD fd = open_below(state, record->args[WRITE_PROC_PATH].text, O_WRONLY | O_NONBLOCK | O_NOCTTY);
	if (fd == -1 || require_filesystem(fd, PROC_SUPER_MAGIC) == -1)
		return -1;
	ssize_t written = write(fd, value->text, bytes); /* at once: a second write would be a second value */
	if (written != -1 && (size_t)written != bytes)
		errno = EIO;
	return written == (ssize_t)bytes ? 0 : -1;
}

/* What is neither pipe nor socket was not made for this container: a file or terminal of the host stays as it is.
 */
int run_chown_fd(struct state *state, const struct plan_record *record) {
	const int fd = (int)record->args[CHOWN_FD_FD].number;
	if (require_filesystem(fd, PIPE_FS_MAGIC) == -1 && require_filesystem(fd, SOCKFS_MAGIC) == -1)
		return errno == EINVAL ? 0 : -1;
	return fchown(fd, (uid_t)record->args[CHOWN_FD_UID].number, (gid_t)record->args[CHOWN_FD_GID].number);
}

static int is_null(int fd) {
	struct stat status;
	return fstat(fd, &status) == 0 && S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3);
}

/* Looked at before it is opened: to open another device may do something. */
int run_reopen_null(struct state *state, const struct plan_record *record) {
	if (!is_null(0) && !is_null(1) && !is_null(2))
		return 0;
	SCOPED_FD seen = open_below(state, "/dev/null", O_PATH);
	if (seen == -1)
		return -1;
	SCOPED_FD own = is_null(seen) ? open_below(state, "/dev/null", O_RDWR | O_NOCTTY) : -1;
	if (own == -1 || !is_null(own)) {
		errno = own == -1 && is_null(seen) ? errno : ENODEV;
		return -1;
	}
	for (int fd = 0; fd < 3; fd++)
		if (is_null(fd) && dup2(own, fd) == -1)
			return -1;
	return 0;
}
