/*
 * The root of the C loop's containers: the mounts, devices and links of the default Spec, by mount(2), which takes
 * a call or two a mount where the newer interface takes five or more.
 * Privileges: CAP_SYS_ADMIN over the mount namespace. Trusts: the root, which the bench has made; mini may not,
 * and resolves every path below it with openat2(2).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "c-loop.h"

#define PLAIN (MS_NOSUID | MS_NODEV | MS_NOEXEC)

/* Read-only is an attribute of the mount alone, not of the file system, hence the second call. */
static void mount_one(
    const char *type, const char *source, const char *target, unsigned long flags, const char *data) {
	require(mount(source, target, type, flags & ~(unsigned long)MS_RDONLY, data) == 0, target);
	if ((flags & MS_RDONLY) != 0)
		require(mount(NULL, target, NULL, MS_REMOUNT | MS_BIND | flags, NULL) == 0, target);
}

static void mount_groups(const struct trees *trees) {
	char target[2 * PATH_BYTES];
	if (trees->count == 1 && strcmp(trees->list[0].controllers, "cgroup2") == 0) {
		mount_one("cgroup2", "cgroup", "sys/fs/cgroup", PLAIN | MS_RDONLY, NULL);
		return;
	}
	mount_one("tmpfs", "cgroup", "sys/fs/cgroup", PLAIN, "mode=755");
	for (int i = 0; i < trees->count; i++) {
		const struct tree *tree = &trees->list[i];
		if (strcmp(tree->controllers, "cgroup2") == 0) /* of a hybrid machine: not shown */
			continue;
		snprintf(target, sizeof target, "sys/fs/cgroup%s", strrchr(tree->mount_point, '/'));
		require(mkdir(target, 0755) == 0, target);
		mount_one("cgroup", "cgroup", target, PLAIN | MS_RDONLY, tree->controllers);
	}
	require(
	    mount(NULL, "sys/fs/cgroup", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | PLAIN, NULL) == 0, "/sys/fs/cgroup");
}

static void make_directory(const char *path) {
	require(mkdir(path, 0755) == 0 || errno == EEXIST, path);
}

static void mount_all(const struct trees *trees) {
	mount_one("proc", "proc", "proc", PLAIN, NULL);
	mount_one("tmpfs", "tmpfs", "dev", MS_NOSUID | MS_STRICTATIME, "mode=755,size=65536k");
	make_directory("dev/pts");
	mount_one("devpts", "devpts", "dev/pts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620,gid=5");
	make_directory("dev/shm");
	mount_one("tmpfs", "shm", "dev/shm", PLAIN, "mode=1777,size=67108864");
	make_directory("dev/mqueue");
	mount_one("mqueue", "mqueue", "dev/mqueue", PLAIN, NULL);
	mount_one("sysfs", "sysfs", "sys", PLAIN | MS_RDONLY, NULL);
	mount_groups(trees);
}

static void make_devices(void) {
	static const struct {
		const char *path;
		unsigned major, minor;
	} nodes[] = {{"dev/null", 1, 3}, {"dev/zero", 1, 5}, {"dev/full", 1, 7}, {"dev/tty", 5, 0},
	    {"dev/random", 1, 8}, {"dev/urandom", 1, 9}};
	static const char *const links[][2] = {{"/proc/self/fd", "dev/fd"}, {"/proc/self/fd/0", "dev/stdin"},
	    {"/proc/self/fd/1", "dev/stdout"}, {"/proc/self/fd/2", "dev/stderr"}, {"pts/ptmx", "dev/ptmx"},
	    {"/proc/kcore", "dev/core"}};
	for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++)
		require(mknod(nodes[i].path, S_IFCHR | 0666, makedev(nodes[i].major, nodes[i].minor)) == 0, nodes[i].path);
	for (size_t i = 0; i < sizeof links / sizeof *links; i++)
		require(symlink(links[i][0], links[i][1]) == 0, links[i][1]);
}

void build_root(const char *root, const struct trees *trees) {
	require(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "/");
	require(mount(root, root, NULL, MS_BIND | MS_REC, NULL) == 0 && chdir(root) == 0, root);
	mount_all(trees);
	make_devices();
	require(
	    syscall(SYS_pivot_root, ".", ".") == 0 && umount2(".", MNT_DETACH) == 0 && chdir("/") == 0, "pivot_root");
}

/* What this kernel does not have needs no hiding. */
static void mask(const char *path) {
	struct stat status;
	if (stat(path, &status) == -1)
		return;
	if (S_ISDIR(status.st_mode))
		mount_one("tmpfs", "tmpfs", path, PLAIN | MS_RDONLY, "size=4096,nr_inodes=2,mode=755");
	else
		require(mount("/dev/null", path, NULL, MS_BIND, NULL) == 0, path);
}

static void make_read_only(const char *path) {
	if (mount(path, path, NULL, MS_BIND | MS_REC, NULL) == -1)
		return;
	require(mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | PLAIN, NULL) == 0, path);
}

void close_root(void) {
	static const char *const masked[] = {"/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore",
	    "/proc/keys", "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi", "/proc/timer_list",
	    "/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware", "/sys/fs/selinux"};
	static const char *const read_only[] = {
	    "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"};
	for (size_t i = 0; i < sizeof masked / sizeof *masked; i++)
		mask(masked[i]);
	for (size_t i = 0; i < sizeof read_only / sizeof *read_only; i++)
		make_read_only(read_only[i]);
}
