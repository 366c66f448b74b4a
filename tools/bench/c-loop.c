/*
 * The floor under mini's spawn: one C program that makes the default container and waits for its end. It checks
 * nothing, reports nothing and knows its container by heart. usage:
 *
 *   c-loop ROOT CONTROLLERS:MOUNT_POINT... -- COMMAND [ARGUMENT...]
 *
 * Each byte on descriptor 3 makes a container; its nanoseconds, from the first directory made to the last removed,
 * go to descriptor 4 as a line. Privileges: root's. Trusts: its arguments.
 */
#define _GNU_SOURCE
#include "c-loop.h"

#include <linux/capability.h>
#include <linux/close_range.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_CAPABILITIES 0xa80425fbull
#define NAMESPACES (CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET)
#define INTO_CGROUP 0x200000000ull
#define REQUEST_FD 3
#define ANSWER_FD 4

struct container {
	const char *root;
	char **command;
	struct trees trees;
};

void require(int succeeded, const char *what) {
	if (succeeded)
		return;
	perror(what);
	_exit(1);
}

static void switch_on_loopback(void) {
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	require(fd != -1 && ioctl(fd, SIOCSIFFLAGS, &request) == 0, "lo");
	close(fd);
}

static void drop_privileges(void) {
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct sets[2] = {
	    {.effective = (uint32_t)DEFAULT_CAPABILITIES, .permitted = (uint32_t)DEFAULT_CAPABILITIES}};
	for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
		if ((DEFAULT_CAPABILITIES >> capability & 1) == 0)
			require(prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0, "bounding set");
	require(syscall(SYS_setgroups, 0, NULL) == 0, "setgroups");
	require(syscall(SYS_capset, &header, sets) == 0, "capset");
	require(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs");
}

_Noreturn static void run_container(const struct container *container) {
	static char *const environment[] = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NULL};
	join_groups(&container->trees);
	require(unshare(CLONE_NEWCGROUP) == 0, "unshare");
	umask(0);
	build_root(container->root, &container->trees);
	require(sethostname("box", 3) == 0, "sethostname");
	switch_on_loopback();
	require(setsid() != -1, "setsid");
	close_root();
	drop_privileges();
	require(syscall(SYS_close_range, REQUEST_FD, ~0u, CLOSE_RANGE_CLOEXEC) == 0, "close_range");
	umask(022);
	execve(container->command[0], container->command, environment);
	perror(container->command[0]);
	_exit(1);
}

/* struct clone_args of the kernel's 5.7, which not every libc's headers have. */
struct clone3_arguments {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal;
	uint64_t stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

/* The memory is copied, of which there is next to nothing here: that spares us the assembly that a shared one
 * needs. */
static pid_t start_container(const struct container *container) {
	const int birthplace = find_birthplace(&container->trees);
	struct clone3_arguments arguments = {.flags = CLONE_VFORK | NAMESPACES, .exit_signal = SIGCHLD};
	if (birthplace != -1) {
		arguments.flags |= INTO_CGROUP;
		arguments.cgroup = (uint64_t)birthplace;
	}
	const pid_t pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
	if (pid == 0)
		run_container(container);
	return pid;
}

static void make_container(struct container *container, unsigned number) {
	char id[32];
	int status;
	snprintf(id, sizeof id, "%d-%u", (int)getpid(), number);
	make_groups(&container->trees, id);
	const pid_t pid = start_container(container);
	require(pid != -1, "clone3");
	close_groups(&container->trees);
	require(waitpid(pid, &status, 0) == pid && status == 0, "wait");
	remove_groups(&container->trees);
}

static uint64_t read_clock_ns(void) {
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int main(int argc, char **argv) {
	static struct container container;
	char request;
	int at = 2;
	require(argc > 2, "usage: c-loop ROOT CONTROLLERS:MOUNT_POINT... -- COMMAND [ARGUMENT...]");
	container.root = argv[1];
	for (; at < argc && strcmp(argv[at], "--") != 0; at++)
		add_tree(&container.trees, argv[at]);
	container.command = argv + at + 1;
	require(at + 1 < argc, "a command is missing");
	for (unsigned number = 0; read(REQUEST_FD, &request, 1) == 1; number++) {
		const uint64_t start = read_clock_ns();
		make_container(&container, number);
		dprintf(ANSWER_FD, "%llu\n", (unsigned long long)(read_clock_ns() - start));
	}
	return 0;
}
