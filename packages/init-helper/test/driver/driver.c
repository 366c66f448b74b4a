/*
 * Stands in for the addon in the tests: launches a helper with a Plan, speaks the control protocol and prints what
 * it sees, one line each. Runs with the rights of the tests and trusts its arguments.
 *
 *   driver HELPER ARGV0 [flags=N] [plan=FILE] [pass=FILE]… [join=FILE]… [into=DIR] [helper-fd=N] [enosys] [map]
 *          [no-close-range] [hang-up=BARRIER] [tree=DIR]… [signal=N] [limit=N] [leak]
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/mount.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../src/launch.h"

static struct launch_record record = {
    .stdin_fd = 0, .stdout_fd = 1, .stderr_fd = 2, .into_cgroup_fd = -1, .helper_fd = -1};
static int map_user;
static int hang_up = -1;
static int limit;     /* of open files, during the launch */
static int forwarded; /* sent to the launched process once it has said "ready" on its terminal */

static int open_or_die(const char *path, int flags) {
	int fd = open(path, flags | O_CLOEXEC);
	if (fd == -1) {
		fprintf(stderr, "driver: %s: %s\n", path, strerror(errno));
		exit(99);
	}
	return fd;
}

/* From here on the process and its children get ENOSYS from this system call. */
static void forbid(unsigned number) {
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof code / sizeof code[0], code};
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == -1)
		exit(98);
}

static int count_open(void) {
	int count = 0;
	DIR *list = opendir("/proc/self/fd");
	while (readdir(list) != NULL)
		count++;
	closedir(list);
	return count;
}

static void write_file(pid_t pid, const char *name, const char *text) {
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
	int fd = open_or_die(path, O_WRONLY);
	if (write(fd, text, strlen(text)) == -1) {
		fprintf(stderr, "driver: %s: %s\n", path, strerror(errno));
		exit(97);
	}
	close(fd);
}

/* Root inside is who we are outside. */
static void map_root(pid_t pid, const char *name, unsigned own) {
	char text[32];
	snprintf(text, sizeof text, "0 %u 1\n", own);
	write_file(pid, name, text);
}

/* Prints what the container writes to its terminal. */
static void relay(int master, int pidfd) {
	char buffer[4096];
	ssize_t bytes;
	while ((bytes = read(master, buffer, sizeof buffer)) > 0) {
		fwrite(buffer, 1, (size_t)bytes, stdout);
		if (forwarded != 0 && memmem(buffer, (size_t)bytes, "ready", 5) != NULL)
			syscall(SYS_pidfd_send_signal, pidfd, forwarded, NULL, 0);
	}
	close(master);
}

static int receive(int control, struct control_message *message, int *fd) {
	char ancillary[CMSG_SPACE(sizeof(int))];
	struct iovec part = {message, sizeof *message};
	struct msghdr header = {
	    .msg_iov = &part, .msg_iovlen = 1, .msg_control = ancillary, .msg_controllen = sizeof ancillary};
	*fd = -1;
	ssize_t bytes = recvmsg(control, &header, MSG_CMSG_CLOEXEC);
	struct cmsghdr *first = CMSG_FIRSTHDR(&header);
	if (bytes > 0 && first != NULL)
		memcpy(fd, CMSG_DATA(first), sizeof *fd);
	return bytes > 0;
}

static int converse(int control, pid_t pid) {
	struct control_message message;
	int fd;
	int master = -1;
	while (receive(control, &message, &fd)) {
		printf("control kind=%d stage=%d step=%d error=%d\n", (int)message.kind, (int)message.stage,
		    (int)message.step, (int)message.error);
		fflush(stdout);
		if (message.kind == MESSAGE_TERMINAL)
			master = fd;
		if (message.kind != MESSAGE_BARRIER && message.kind != MESSAGE_SECCOMP_LISTENER)
			continue;
		if (message.step == hang_up)
			break;
		if (map_user) {
			write_file(pid, "setgroups", "deny");
			map_root(pid, "uid_map", geteuid());
			map_root(pid, "gid_map", getegid());
			map_user = 0;
		}
		if (send(control, "g", 1, 0) != 1)
			exit(96);
	}
	close(control);
	return master;
}

/* One more than there are places is counted, for the launch to refuse. */
static void pass(int fd) {
	if (record.pass_count < LAUNCH_MAX_PASS)
		record.pass_fds[record.pass_count] = fd;
	record.pass_count++;
}

/* What a careless caller leaves open for its children. */
static void leak(void) {
	for (int fd = 20; fd < 40; fd++)
		dup2(open_or_die("/", O_RDONLY), fd);
}

static void read_option(const char *option) {
	const char *value = strchr(option, '=');
	value = value == NULL ? "" : value + 1;
	if (strncmp(option, "flags=", 6) == 0)
		record.clone_flags = (int64_t)strtoull(value, NULL, 0);
	else if (strncmp(option, "plan=", 5) == 0)
		record.pass_fds[0] = open_or_die(value, O_RDONLY);
	else if (strncmp(option, "pass=", 5) == 0)
		pass(open_or_die(value, O_RDONLY));
	else if (strncmp(option, "join=", 5) == 0)
		record.join_fds[record.join_count++] = open_or_die(value, O_WRONLY);
	else if (strncmp(option, "into=", 5) == 0)
		record.into_cgroup_fd = open_or_die(value, O_RDONLY);
	else if (strncmp(option, "helper-fd=", 10) == 0)
		record.helper_fd = atoi(value);
	else if (strncmp(option, "hang-up=", 8) == 0)
		hang_up = atoi(value);
	else if (strncmp(option, "signal=", 7) == 0)
		forwarded = atoi(value);
	else if (strncmp(option, "tree=", 5) == 0)
		pass((int)syscall(SYS_open_tree, AT_FDCWD, value, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
	else if (strncmp(option, "limit=", 6) == 0)
		limit = atoi(value);
	else if (strcmp(option, "leak") == 0)
		leak();
	else if (strcmp(option, "map") == 0)
		map_user = 1;
	else if (strcmp(option, "enosys") == 0)
		forbid(SYS_clone3);
	else if (strcmp(option, "no-close-range") == 0)
		forbid(SYS_close_range);
	else
		exit(95);
}

int main(int count, char **arguments) {
	int pair[2] = {-1, -1};
	struct launch_result result;
	signal(SIGPIPE, SIG_IGN); /* as Node does: the launch has to undo it */
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
		return 94;
	record.pass_count = 2;
	record.pass_fds[0] = open_or_die("/dev/null", O_RDONLY);
	record.pass_fds[1] = pair[1];
	record.helper_fd = open_or_die(arguments[1], O_RDONLY);
	for (int i = 3; i < count; i++)
		read_option(arguments[i]);
	int before = count_open();
	struct rlimit old;
	getrlimit(RLIMIT_NOFILE, &old);
	if (limit != 0)
		setrlimit(RLIMIT_NOFILE, &(struct rlimit){(rlim_t)limit, old.rlim_max});
	int launched = launch(&record, arguments[2], &result);
	setrlimit(RLIMIT_NOFILE, &old);
	if (launched == -1) {
		printf("launch stage=%d error=%d descriptors=%+d child=%s\n", result.stage, result.error,
		    count_open() - before, waitpid(-1, NULL, __WALL) == -1 && errno == ECHILD ? "none" : "left");
		return 1;
	}
	close(pair[1]);
	int master = converse(pair[0], result.pid);
	if (master != -1)
		relay(master, result.pidfd);
	int status;
	waitpid(result.pid, &status, __WALL);
	printf(WIFEXITED(status) ? "exit %d\n" : "signal %d\n",
	    WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
	return 0;
}
