/*
 * The control groups of the C loop: made, joined and removed for each container.
 * Privileges: root's. Trusts: the caller's list of trees.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "c-loop.h"

#define PARENT "mini-bench-c"
#define MEMORY_LIMIT "67108864"
#define PIDS_LIMIT "32"

static int is_unified(const struct tree *tree) {
	return strcmp(tree->controllers, "cgroup2") == 0;
}

static int open_file(const char *directory, const char *name, int flags) {
	char path[3 * PATH_BYTES];
	snprintf(path, sizeof path, "%s/%s", directory, name);
	return open(path, flags | O_CLOEXEC);
}

static int try_write(const char *directory, const char *name, const char *value) {
	int fd = open_file(directory, name, O_WRONLY);
	const size_t bytes = strlen(value);
	if (fd == -1)
		return 0;
	const ssize_t written = write(fd, value, bytes);
	close(fd);
	return written == (ssize_t)bytes;
}

static void read_line(const char *directory, const char *name, char line[PATH_BYTES]) {
	int fd = open_file(directory, name, O_RDONLY);
	const ssize_t bytes = fd == -1 ? -1 : read(fd, line, PATH_BYTES - 1);
	require(bytes > 0, name);
	line[bytes - 1] = '\0';
	close(fd);
}

static int has(const struct tree *tree, const char *controller) {
	char words[PATH_BYTES], *rest = words, *word;
	snprintf(words, sizeof words, "%s", tree->controllers);
	while ((word = strsep(&rest, ",")) != NULL)
		if (strcmp(word, controller) == 0)
			return 1;
	return 0;
}

/* Groups on v2 get only what the groups above give away; what is not there to be given is not missed. */
static void give_controllers(const char *directory) {
	const char *const names[] = {"+cpu", "+cpuset", "+io", "+memory", "+pids"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		(void)try_write(directory, "cgroup.subtree_control", names[i]);
}

void add_tree(struct trees *trees, const char *word) {
	const char *colon = strchr(word, ':');
	char parent[2 * PATH_BYTES];
	require(colon != NULL && trees->count < MOST_TREES && strlen(word) < PATH_BYTES, word);
	struct tree *tree = &trees->list[trees->count++];
	snprintf(tree->controllers, sizeof tree->controllers, "%.*s", (int)(colon - word), word);
	snprintf(tree->mount_point, sizeof tree->mount_point, "%s", colon + 1);
	snprintf(parent, sizeof parent, "%s/%s", tree->mount_point, PARENT);
	require(mkdir(parent, 0755) == 0 || errno == EEXIST, parent);
	if (is_unified(tree)) {
		give_controllers(tree->mount_point);
		give_controllers(parent);
	}
	if (has(tree, "cpuset")) {
		read_line(tree->mount_point, "cpuset.effective_cpus", trees->cpus);
		read_line(tree->mount_point, "cpuset.effective_mems", trees->mems);
		require(try_write(parent, "cpuset.cpus", trees->cpus), "cpuset.cpus");
		require(try_write(parent, "cpuset.mems", trees->mems), "cpuset.mems");
	}
}

static void limit(const struct trees *trees, const struct tree *tree) {
	if (has(tree, "cpuset")) {
		require(try_write(tree->group, "cpuset.cpus", trees->cpus), "cpuset.cpus");
		require(try_write(tree->group, "cpuset.mems", trees->mems), "cpuset.mems");
	}
	if (has(tree, "memory"))
		require(try_write(tree->group, "memory.limit_in_bytes", MEMORY_LIMIT), "memory.limit_in_bytes");
	if (has(tree, "pids"))
		require(try_write(tree->group, "pids.max", PIDS_LIMIT), "pids.max");
	if (is_unified(tree)) { /* where v1 trees have these controllers, the files are missing here */
		(void)try_write(tree->group, "memory.max", MEMORY_LIMIT);
		(void)try_write(tree->group, "pids.max", PIDS_LIMIT);
	}
}

void make_groups(struct trees *trees, const char *id) {
	for (int i = 0; i < trees->count; i++) {
		struct tree *tree = &trees->list[i];
		snprintf(tree->group, sizeof tree->group, "%s/%s/%s", tree->mount_point, PARENT, id);
		require(mkdir(tree->group, 0755) == 0, tree->group);
		limit(trees, tree);
		tree->entrance = is_unified(tree) ? open(tree->group, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
		                                  : open_file(tree->group, "tasks", O_WRONLY);
		require(tree->entrance != -1, tree->group);
	}
}

int find_birthplace(const struct trees *trees) {
	for (int i = 0; i < trees->count; i++)
		if (is_unified(&trees->list[i]))
			return trees->list[i].entrance;
	return -1;
}

/* Not by cgroup.procs, for which the kernel would stop every fork of the machine. */
void join_groups(const struct trees *trees) {
	for (int i = 0; i < trees->count; i++)
		if (!is_unified(&trees->list[i]))
			require(write(trees->list[i].entrance, "0", 1) == 1, trees->list[i].group);
}

void close_groups(const struct trees *trees) {
	for (int i = 0; i < trees->count; i++)
		close(trees->list[i].entrance);
}

/* The process has been reaped, and still the kernel may hold its group for a moment. */
void remove_groups(const struct trees *trees) {
	for (int i = 0; i < trees->count; i++)
		while (rmdir(trees->list[i].group) == -1)
			require(errno == EBUSY, trees->list[i].group);
}
