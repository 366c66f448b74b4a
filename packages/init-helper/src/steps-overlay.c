/*
 * The step that mounts an overlay of directories of the host, for who has no parent to do it: a container that its
 * monitor starts again, and one whose starter may mount nothing outside of it.
 * Privileges: CAP_SYS_ADMIN over the mount namespace. Trusts: the directories, which mini made or the user chose.
 *
 * The kernel takes layers of the own mount namespace alone, so they are opened here, by their paths; and it is
 * given them as /proc/self/fd/N: a path may be too long for fsconfig(2), or hold a colon, comma or backslash,
 * which mean something to the overlay.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>

#include "digits.h"
#include "mount-calls.h"
#include "resolve.h"
#include "scoped.h"

#define DESCRIPTORS "/proc/self/fd"
#define MAX_OPTION_BYTES 256 /* of fsconfig(2), with the NUL */

static int open_layer(const char *path) {
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* Layers stay open until the exec: their numbers must mean them while the mount is made. */
static int set_layer(int context, const char *key, const char *path) {
	char name[sizeof DESCRIPTORS "/" + sizeof(struct digits)] = DESCRIPTORS "/";
	struct digits digits;
	const int fd = open_layer(path);
	if (fd == -1)
		return -1;
	strcat(name, write_number(&digits, fd));
	return set_string(context, key, name);
}

/* One string holds some sixty layers when they are named by their numbers, which are relative to /proc/self/fd. */
static int set_lowers_by_number(int context, const struct plan_arg *lowers) {
	char names[MAX_OPTION_BYTES] = "";
	const char *path = lowers->text;
	for (uint32_t i = 0; i < lowers->count; i++, path = next_string(path)) {
		struct digits digits;
		const int fd = open_layer(path);
		if (fd == -1)
			return -1;
		const char *number = write_number(&digits, fd);
		if (strlen(names) + strlen(number) + 2 > sizeof names) {
			errno = E2BIG;
			return -1;
		}
		if (i > 0)
			strcat(names, ":");
		strcat(names, number);
	}
	return set_string(context, "lowerdir", names);
}

/* `lowerdir+` takes any number of them one by one, since Linux 6.7. */
static int set_lowers(int context, const struct plan_arg *lowers) {
	const char *path = lowers->text;
	for (uint32_t i = 0; i < lowers->count; i++, path = next_string(path)) {
		if (set_layer(context, "lowerdir+", path) == 0)
			continue;
		return i == 0 && errno == EINVAL ? set_lowers_by_number(context, lowers) : -1;
	}
	return 0;
}

static int make_overlay(const struct plan_arg *args) {
	SCOPED_FD context = open_context("overlay");
	/* For the layers' numbers; the working directory is set again before the command is executed. */
	if (context == -1 || chdir(DESCRIPTORS) == -1 || set_string(context, "source", "overlay") == -1 ||
	    set_lowers(context, &args[OVERLAY_LOWERS]) == -1)
		return -1;
	/* Without them nothing can be changed. */
	if (*args[OVERLAY_UPPER].text != '\0' && (set_layer(context, "upperdir", args[OVERLAY_UPPER].text) == -1 ||
	                                             set_layer(context, "workdir", args[OVERLAY_WORK].text) == -1))
		return -1;
	return finish_mount(context, &args[OVERLAY_OPTIONS], 0);
}

int run_overlay(struct state *state, const struct plan_record *record) {
	const char *path = record->args[OVERLAY_TARGET].text;
	const int mount = make_overlay(record->args);
	if (mount == -1 || *path == '\0')
		return mount == -1 ? -1 : attach_root(state, mount);
	SCOPED_FD tree = mount;
	SCOPED_FD target = make_directory(state, path, 0755);
	return target == -1 ? -1 : attach_mount(tree, target);
}
