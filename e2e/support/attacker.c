/*
 * Runs in a container, as its root, and tries for as long as it lives to get at every process that enters: to
 * trace it, to read or write its memory, to open its executable and its descriptors. Prints a line for each
 * success with a process that is still the helper of mini, and at the end of its input how often it has met one.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[64];

static const char *of(int pid, const char *name) {
	snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
	return path;
}

/* The name is public; it changes when the command is executed, and with it all that follows is allowed. */
static int is_helper(int pid) {
	char name[32] = "";
	int fd = open(of(pid, "comm"), O_RDONLY);
	if (fd == -1)
		return 0;
	ssize_t bytes = read(fd, name, sizeof name - 1);
	close(fd);
	return bytes > 0 && strcmp(name, "mini-nsenter\n") == 0;
}

static void tell(int pid, const char *what) {
	printf("%s of the helper %d\n", what, pid);
	fflush(stdout);
}

static void try_file(int pid, const char *name, int flags) {
	int fd = open(of(pid, name), flags);
	if (fd == -1)
		return;
	if (is_helper(pid))
		tell(pid, name);
	close(fd);
}

/* By PTRACE_SEIZE, which leaves no SIGSTOP behind for a command that has been executed meanwhile. */
static void try_trace(int pid) {
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) == -1)
		return;
	if (is_helper(pid))
		tell(pid, "the memory");
	ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
	waitpid(pid, NULL, __WALL);
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
}

static void attack(int pid) {
	char target[256];
	ssize_t bytes = readlink(of(pid, "exe"), target, sizeof target - 1);
	if (bytes > 0 && (target[bytes] = '\0', strstr(target, "mini") != NULL))
		tell(pid, "the link to exe");
	try_file(pid, "exe", O_RDONLY);
	try_file(pid, "exe", O_WRONLY);
	try_file(pid, "mem", O_RDWR);
	try_file(pid, "environ", O_RDONLY);
	try_file(pid, "maps", O_RDONLY);
	try_file(pid, "fd/1", O_RDONLY);
	try_file(pid, "fd/4", O_RDWR);
	try_file(pid, "root", O_RDONLY | O_DIRECTORY);
	try_trace(pid);
}

/* Whether the attacks succeed where nothing forbids them: a child that can be traced. */
static int works_at_all(void) {
	int child = fork();
	if (child == 0)
		for (;;)
			pause();
	int traced = ptrace(PTRACE_SEIZE, child, NULL, NULL) == 0;
	int opened = open(of(child, "mem"), O_RDWR);
	kill(child, SIGKILL);
	waitpid(child, NULL, __WALL);
	close(opened);
	return traced && opened != -1;
}

/* The number that was given to a process last, in this PID namespace: the last field of loadavg. */
static int newest(void) {
	char text[128] = "";
	int fd = open("/proc/loadavg", O_RDONLY);
	ssize_t bytes = read(fd, text, sizeof text - 1);
	close(fd);
	return bytes > 0 ? atoi(strrchr(text, ' ') + 1) : 0;
}

int main(void) {
	struct pollfd input = {0, POLLIN, 0};
	unsigned met = 0;
	printf(works_at_all() ? "armed\n" : "unarmed\n");
	fflush(stdout);
	for (unsigned turn = 0; turn % 64 != 0 || poll(&input, 1, 0) == 0; turn++) {
		int pid = newest();
		met += is_helper(pid) != 0;
		while (is_helper(pid))
			attack(pid);
	}
	printf("met %u\n", met);
	return 0;
}
