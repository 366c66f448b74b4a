/*
 * The step that mounts a file system with a copy of what it covers: an empty tmpfs over a directory of the image
 * that programs expect to find full. The copy is made while the mount is detached, so nobody sees half of it.
 * Privileges: CAP_SYS_ADMIN over the mount namespace, and all over files. Trusts nothing in the directory: names
 * are looked up in directories held by descriptors, and no link is followed.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include "mount-calls.h"
#include "resolve.h"
#include "scoped.h"

#define MOST_LEVELS 64
#define MOST_AT_ONCE 0x7ffff000 /* what sendfile(2) transfers in one call */

struct kernel_dirent {
	uint64_t inode;
	int64_t offset;
	unsigned short bytes;
	unsigned char type;
	char name[];
};

static int copy_directory(int from, int to, int level);

static int copy_bytes(int from, int to) {
	ssize_t sent;
	do
		sent = sendfile(to, from, NULL, MOST_AT_ONCE);
	while (sent > 0);
	return (int)sent;
}

static int copy_file(int from, int to, const char *name, mode_t mode) {
	SCOPED_FD source = openat(from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (source == -1)
		return -1;
	SCOPED_FD copy = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode & 07777);
	return copy == -1 ? -1 : copy_bytes(source, copy);
}

static int copy_below(int from, int to, const char *name, mode_t mode, int level) {
	SCOPED_FD source = openat(from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (source == -1 || mkdirat(to, name, mode & 07777) == -1)
		return -1;
	SCOPED_FD copy = openat(to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return copy == -1 ? -1 : copy_directory(source, copy, level + 1);
}

static int copy_link(int from, int to, const char *name) {
	char content[PATH_MAX];
	const ssize_t length = readlinkat(from, name, content, sizeof content - 1);
	if (length == -1)
		return -1;
	content[length] = '\0';
	return symlinkat(content, to, name);
}

/* The owner before the mode: giving a file away clears its setuid bit. */
static int copy_owner(int to, const char *name, const struct stat *status) {
	if (fchownat(to, name, status->st_uid, status->st_gid, AT_SYMLINK_NOFOLLOW) == -1)
		return -1;
	return S_ISLNK(status->st_mode) ? 0 : fchmodat(to, name, status->st_mode & 07777, 0);
}

static int copy_entry(int from, int to, const char *name, int level) {
	struct stat status;
	int result;
	if (fstatat(from, name, &status, AT_SYMLINK_NOFOLLOW) == -1)
		return -1;
	if (S_ISDIR(status.st_mode))
		result = copy_below(from, to, name, status.st_mode, level);
	else if (S_ISREG(status.st_mode))
		result = copy_file(from, to, name, status.st_mode);
	else if (S_ISLNK(status.st_mode))
		result = copy_link(from, to, name);
	else
		result = mknodat(to, name, status.st_mode, status.st_rdev);
	return result == -1 ? -1 : copy_owner(to, name, &status);
}

static int is_self_or_parent(const char *name) {
	return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

static int copy_directory(int from, int to, int level) {
	_Alignas(struct kernel_dirent) char buffer[2048];
	if (level > MOST_LEVELS) {
		errno = ELOOP;
		return -1;
	}
	for (;;) {
		const long bytes = syscall(SYS_getdents64, from, buffer, sizeof buffer);
		if (bytes <= 0)
			return (int)bytes;
		for (long at = 0; at < bytes;) {
			const struct kernel_dirent *entry = (const void *)(buffer + at);
			if (!is_self_or_parent(entry->name) && copy_entry(from, to, entry->name, level) == -1)
				return -1;
			at += entry->bytes;
		}
	}
}

static int has_mode(const struct plan_arg *options) {
	const char *option = options->text;
	for (uint32_t i = 0; i < options->count; i++, option = next_string(option))
		if (strncmp(option, "mode=", 5) == 0)
			return 1;
	return 0;
}

/*
 * The directory itself is taken over too, unless the Plan has another mode for it. One that is not there gives
 * nothing: the file system is then as it would be without a copy, a tmpfs open to all.
 */
static int fill(const struct state *state, int mount, const struct plan_arg *args) {
	struct stat status;
	SCOPED_FD from = open_below(state, args[MOUNT_COPIED_TARGET].text, O_RDONLY | O_DIRECTORY);
	if (from == -1)
		return errno == ENOENT ? 0 : -1;
	SCOPED_FD to = openat(mount, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (to == -1 || fstat(from, &status) == -1)
		return -1;
	if (fchown(to, status.st_uid, status.st_gid) == -1)
		return -1;
	if (!has_mode(&args[MOUNT_COPIED_OPTIONS]) && fchmod(to, status.st_mode & 07777) == -1)
		return -1;
	return copy_directory(from, to, 0);
}

/* Read-only it becomes when it is full. */
int run_mount_copied(struct state *state, const struct plan_record *record) {
	const struct plan_arg *args = record->args;
	SCOPED_FD mount =
	    make_mount(args[MOUNT_COPIED_FSTYPE].text, args[MOUNT_COPIED_SOURCE].text, &args[MOUNT_COPIED_OPTIONS], 0);
	const struct mount_change change = {
	    .set = args[MOUNT_COPIED_ATTRIBUTES].number, .propagation = args[MOUNT_COPIED_PROPAGATION].number};
	if (mount == -1 || fill(state, mount, args) == -1 || change_mount(mount, change, 0) == -1)
		return -1;
	SCOPED_FD target = make_directory(state, args[MOUNT_COPIED_TARGET].text, 0755);
	return target == -1 ? -1 : attach_mount(mount, target);
}
