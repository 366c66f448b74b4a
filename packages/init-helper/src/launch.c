/*
 * Starts a helper in new namespaces, see launch.h.
 * Privileges: those of the caller; the child may have more, within a user namespace that it has just got.
 * Trusts: the launch record, which TypeScript made in this process or the monitor got from it.
 *
 * The child shares the caller's memory until it has executed the helper (CLONE_VM | CLONE_VFORK), so that the
 * start does not depend on the size of the caller's heap. What follows from it: the child runs on a stack of its
 * own, makes only raw system calls (other threads go on and may hold any lock of libc), runs no signal handler,
 * and can report what failed through a variable.
 */
#define _GNU_SOURCE
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILD_STACK_BYTES 32768
#define INTO_CGROUP 0x200000000ull
#define KERNEL_SIGNALS 64

/* struct clone_args of the kernel's 5.7, without the header, which collides with some libcs'. */
struct clone3_arguments {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal;
	uint64_t stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

struct child {
	const struct launch_record *record;
	const char *argv0;
	int write_cgroup_procs; /* into_cgroup_fd is to be joined by writing: clone3 was not there to do it */
	volatile int stage;
	volatile int error;
};

/*
 * The C libraries have no wrapper, and a C caller could not return from the call on a new stack. No register is
 * written in the child before the operands are read: the compiler may have put them anywhere.
 */
static long clone3_and_call(struct clone3_arguments *arguments, int (*function)(void *), void *argument) {
#if defined(__x86_64__)
	long result;
	__asm__ volatile(
	    "syscall\n\t"
	    "testq %%rax, %%rax\n\t"
	    "jnz 1f\n\t"
	    "movq %[argument], %%rdi\n\t"
	    "callq *%[function]\n\t"
	    "movl %%eax, %%edi\n\t"
	    "movl %[exit], %%eax\n\t"
	    "syscall\n"
	    "1:"
	    : "=a"(result)
	    : "a"((long)SYS_clone3), "D"(arguments),
	    "S"(sizeof *arguments), [function] "r"(function), [argument] "r"(argument), [exit] "i"(SYS_exit)
	    : "rcx", "r11", "cc", "memory");
	return result;
#elif defined(__aarch64__)
	register long x0 __asm__("x0") = (long)arguments;
	register long x1 __asm__("x1") = (long)sizeof *arguments;
	register long x8 __asm__("x8") = SYS_clone3;
	__asm__ volatile("svc #0\n\t"
	                 "cbnz x0, 1f\n\t"
	                 "mov x0, %[argument]\n\t"
	                 "blr %[function]\n\t"
	                 "mov x8, %[exit]\n\t"
	                 "svc #0\n"
	                 "1:"
	                 : "+r"(x0)
	                 : "r"(x1), "r"(x8), [function] "r"(function), [argument] "r"(argument), [exit] "i"(SYS_exit)
	                 : "cc", "memory");
	return x0;
#else
#error "mini supports x86-64 and arm64"
#endif
}

static int join_cgroups(const struct child *child) {
	const struct launch_record *record = child->record;
	for (int64_t i = 0; i < record->join_count; i++)
		if (syscall(SYS_write, (int)record->join_fds[i], "0", 1) != 1)
			return -1;
	if (!child->write_cgroup_procs)
		return 0;
	int fd = (int)syscall(SYS_openat, (int)record->into_cgroup_fd, "cgroup.procs", O_WRONLY | O_CLOEXEC);
	return fd == -1 || syscall(SYS_write, fd, "0", 1) != 1 ? -1 : 0;
}

/*
 * In a new user namespace our uid is not mapped yet, and execve would then clear every capability that is not
 * ambient. The Plan clears the ambient set again.
 */
static int keep_capabilities_across_exec(void) {
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct sets[2];
	if (syscall(SYS_capget, &header, sets) == -1)
		return -1;
	for (int i = 0; i < 2; i++)
		sets[i].inheritable = sets[i].permitted;
	if (syscall(SYS_capset, &header, sets) == -1)
		return -1;
	for (int capability = 0; capability < 64; capability++) {
		if ((sets[capability / 32].permitted & 1u << capability % 32) == 0)
			continue;
		if (syscall(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) == -1)
			return -1;
	}
	return 0;
}

struct kernel_dirent {
	uint64_t inode;
	int64_t offset;
	unsigned short bytes;
	unsigned char type;
	char name[];
};

/* For kernels and filters without close_range: what cannot be listed cannot be closed, which is then an error. */
static int close_listed(int first, int kept) {
	_Alignas(struct kernel_dirent) char buffer[1024];
	int list = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (list == -1)
		return -1;
	for (;;) {
		long bytes = syscall(SYS_getdents64, list, buffer, sizeof buffer);
		if (bytes <= 0)
			return (int)bytes; /* `list` itself is close-on-exec */
		for (long at = 0; at < bytes;) {
			const struct kernel_dirent *entry = (const void *)(buffer + at);
			int fd = 0;
			for (const char *digit = entry->name; *digit >= '0' && *digit <= '9'; digit++)
				fd = fd * 10 + (*digit - '0');
			if (entry->name[0] != '.' && fd >= first && fd != kept && fd != list)
				syscall(SYS_close, fd);
			at += entry->bytes;
		}
	}
}

static int close_others(int first, int kept) {
	if (kept > first && syscall(SYS_close_range, first, kept - 1, 0) == -1)
		return close_listed(first, kept);
	return syscall(SYS_close_range, kept + 1, ~0u, 0) == -1 ? close_listed(first, kept) : 0;
}

/* What becomes descriptor `place`; the helper's own comes after them all. */
static int descriptor_at(const struct launch_record *record, int place) {
	const int64_t standard[] = {record->stdin_fd, record->stdout_fd, record->stderr_fd};
	if (place < 3)
		return (int)standard[place];
	return (int)(place < 3 + record->pass_count ? record->pass_fds[place - 3] : record->helper_fd);
}

/* Moves the descriptors to their places; all first go above the places, where none can overwrite another. */
static int arrange_descriptors(const struct launch_record *record, int *helper_fd) {
	int moved[3 + LAUNCH_MAX_PASS + 1];
	const int places = 3 + (int)record->pass_count;
	for (int i = 0; i <= places; i++) {
		moved[i] = (int)syscall(SYS_fcntl, descriptor_at(record, i), F_DUPFD_CLOEXEC, places);
		if (moved[i] == -1) {
			if (errno == EINVAL) /* the limit of open files is below the places */
				errno = EMFILE;
			return -1;
		}
	}
	for (int i = 0; i < places; i++)
		if (syscall(SYS_dup3, moved[i], i, 0) == -1)
			return -1;
	*helper_fd = moved[places];
	return close_others(places, *helper_fd);
}

/* Handlers belong to the caller's program, and ignored signals (Node ignores SIGPIPE) would be inherited. */
static void reset_signals(void) {
	static const unsigned long default_action[4];
	const uint64_t none = 0;
	for (int number = 1; number <= KERNEL_SIGNALS; number++)
		syscall(SYS_rt_sigaction, number, default_action, NULL, sizeof none);
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, sizeof none);
}

static int run_child(void *argument) {
	struct child *child = argument;
	char *const arguments[] = {(char *)child->argv0, NULL};
	char *const environment[] = {NULL};
	int helper_fd = -1;
	child->stage = STAGE_CGROUP;
	if (join_cgroups(child) == -1)
		goto failed;
	child->stage = STAGE_HELPER;
	if ((child->record->clone_flags & CLONE_NEWUSER) != 0 && keep_capabilities_across_exec() == -1)
		goto failed;
	child->stage = STAGE_DESCRIPTORS;
	if (arrange_descriptors(child->record, &helper_fd) == -1)
		goto failed;
	child->stage = STAGE_HELPER;
	reset_signals();
	syscall(SYS_execveat, helper_fd, "", arguments, environment, AT_EMPTY_PATH);
failed:
	child->error = errno;
	return 1;
}

/* Errors that clone3 gives for the sake of the cgroup alone. */
static int is_cgroup_error(int error) {
	return error == EACCES || error == EBADF || error == EBUSY || error == EOPNOTSUPP || error == ENODEV ||
	       error == ENOENT;
}

/* Starts the child and waits until it has executed the helper or given up. The frame is its stack: it is at rest.
 */
static long start_child(struct child *child, int *pidfd) {
	_Alignas(16) char stack[CHILD_STACK_BYTES];
	const uint64_t flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | (uint64_t)child->record->clone_flags;
	struct clone3_arguments arguments = {
	    .flags = flags,
	    .pidfd = (uintptr_t)pidfd,
	    .exit_signal = SIGCHLD,
	    .stack = (uintptr_t)stack,
	    .stack_size = sizeof stack,
	};
	const int into_cgroup = child->record->into_cgroup_fd >= 0;
	if (into_cgroup) {
		arguments.flags |= INTO_CGROUP;
		arguments.cgroup = (uint64_t)child->record->into_cgroup_fd;
	}
	long pid = clone3_and_call(&arguments, run_child, child);
	if (pid != -ENOSYS) {
		child->stage = into_cgroup && pid < 0 && is_cgroup_error((int)-pid) ? STAGE_CGROUP : child->stage;
		return pid;
	}
	/* A filter that cannot look into clone3's structure (older engines', sandboxes') sends callers here. */
	if ((flags & 0xff) != 0 || flags > 0xffffffffull)
		return -EINVAL;
	child->write_cgroup_procs = into_cgroup;
	pid = clone(run_child, stack + sizeof stack, (int)(flags | SIGCHLD), child, pidfd);
	return pid == -1 ? -errno : pid;
}

static int is_possible(const struct launch_record *record) {
	return record->join_count >= 0 && record->join_count <= LAUNCH_MAX_JOIN && record->pass_count >= 0 &&
	       record->pass_count <= LAUNCH_MAX_PASS;
}

int launch(const struct launch_record *record, const char *argv0, struct launch_result *result) {
	struct child child = {.record = record, .argv0 = argv0, .stage = STAGE_CLONE};
	*result = (struct launch_result){.pid = -1, .pidfd = -1};
	if (!is_possible(record)) {
		result->stage = STAGE_DESCRIPTORS;
		result->error = EINVAL;
		return -1;
	}
	/* No handler may run in the child, where it would find the memory of the caller. */
	const uint64_t all = ~0ull;
	uint64_t mask;
	int pidfd = -1;
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &mask, sizeof mask);
	long pid = start_child(&child, &pidfd);
	if (pid < 0)
		child.error = (int)-pid;
	if (pid > 0 && child.error != 0) {
		waitpid((pid_t)pid, NULL, __WALL);
		close(pidfd);
	}
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof mask);
	if (child.error != 0) {
		result->stage = child.stage;
		result->error = child.error;
		return -1;
	}
	result->pid = (pid_t)pid;
	result->pidfd = pidfd;
	return 0;
}
