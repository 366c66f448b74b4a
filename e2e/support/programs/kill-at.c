/*
 * kill-at REPORT TARGET POSITION PID COMMAND...
 *
 * Runs COMMAND under ptrace(2) with all that it starts, and kills with SIGKILL the process that is about to make the
 * POSITION-th system call among those of kind TARGET: "mini", the command's own first thread from its first mkdir on,
 * or from the first file that it opens below $KILL_AT_BELOW (before that nothing but code is loaded), or the name of a
 * helper. PID is a process that is traced too, or 0. At position 0 nothing is killed. REPORT gets how many calls were
 * counted, and 1 when one was the last.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_TRACEES = 512, OPTIONS = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                                     PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC };

static struct tracee {
	pid_t tid;
	int is_target;
} tracees[MAX_TRACEES];

static const char *target;
static long position, counted;
static int has_begun, has_killed;
static pid_t command;

static struct tracee *find(pid_t tid) {
	for (int i = 0; i < MAX_TRACEES; i++)
		if (tracees[i].tid == tid)
			return &tracees[i];
	for (int i = 0; i < MAX_TRACEES; i++)
		if (tracees[i].tid == 0) {
			tracees[i] = (struct tracee){tid, 0};
			return &tracees[i];
		}
	fprintf(stderr, "kill-at: too many tracees\n");
	exit(2);
}

/* A helper's only argument is its name. */
static int is_helper(pid_t tid) {
	char path[64], name[64] = "";
	snprintf(path, sizeof path, "/proc/%d/cmdline", tid);
	FILE *file = fopen(path, "re");
	if (file != NULL) {
		if (fgets(name, sizeof name, file) == NULL)
			name[0] = '\0';
		fclose(file);
	}
	return strcmp(name, target) == 0;
}

static int is_mkdir(unsigned long long number) {
#ifdef SYS_mkdir
	if (number == SYS_mkdir)
		return 1;
#endif
	return number == SYS_mkdirat;
}

/* The first file of the command's own that is opened: what it does before is the loading of code. */
static int opens_below(pid_t tid, unsigned long long number, unsigned long long address) {
	const char *below = getenv("KILL_AT_BELOW");
	char path[512] = "";
	struct iovec ours = {path, sizeof path - 1}, theirs = {(void *)address, sizeof path - 1};
	if (below == NULL || number != SYS_openat)
		return 0;
	/* What lies behind the path need not be mapped to its end. */
	for (theirs.iov_len = ours.iov_len; theirs.iov_len > 0; theirs.iov_len /= 2)
		if (process_vm_readv(tid, &ours, 1, &theirs, 1, 0) > 0)
			break;
	return strncmp(path, below, strlen(below)) == 0;
}

static void count_call(pid_t tid) {
	struct __ptrace_syscall_info info;
	if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof info, &info) <= 0 || info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return;
	if (!has_begun && !is_mkdir(info.entry.nr) && !opens_below(tid, info.entry.nr, info.entry.args[1]))
		return;
	has_begun = 1;
	if (++counted != position)
		return;
	has_killed = 1;
	kill(tid, SIGKILL);
}

/* What a new process does is its parent's kind until it executes something else. */
static void take_event(struct tracee *tracee, int event) {
	unsigned long child = 0;
	if (event == PTRACE_EVENT_EXEC) {
		tracee->is_target = tracee->tid == command ? strcmp(target, "mini") == 0 : is_helper(tracee->tid);
		return;
	}
	if (event != PTRACE_EVENT_FORK && event != PTRACE_EVENT_VFORK && event != PTRACE_EVENT_CLONE)
		return;
	ptrace(PTRACE_GETEVENTMSG, tracee->tid, 0, &child);
	find((pid_t)child)->is_target = tracee->is_target && tracee->tid != command;
}

static void handle(pid_t tid, int status) {
	struct tracee *tracee = find(tid);
	const int event = status >> 16;
	int signal = WSTOPSIG(status);
	if (event != 0) {
		take_event(tracee, event);
		signal = 0;
	} else if (signal == (SIGTRAP | 0x80)) {
		if (tracee->is_target)
			count_call(tid);
		signal = 0;
	} else if (signal == SIGSTOP || signal == SIGTRAP) {
		signal = 0; /* the stop by which ptrace begins */
	}
	const int request = tracee->is_target && !has_killed ? PTRACE_SYSCALL : PTRACE_CONT;
	ptrace(request, tid, 0, signal);
}

static void start_command(char **arguments) {
	command = fork();
	if (command == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		execvp(arguments[0], arguments);
		_exit(127);
	}
	int status;
	waitpid(command, &status, __WALL);
	ptrace(PTRACE_SETOPTIONS, command, 0, OPTIONS);
	find(command)->is_target = 0;
	ptrace(PTRACE_CONT, command, 0, 0);
}

static void attach(pid_t pid) {
	if (pid == 0)
		return;
	if (ptrace(PTRACE_SEIZE, pid, 0, OPTIONS) == -1 || ptrace(PTRACE_INTERRUPT, pid, 0, 0) == -1) {
		fprintf(stderr, "kill-at: cannot trace %d: %s\n", pid, strerror(errno));
		exit(2);
	}
	find(pid)->is_target = is_helper(pid);
}

int main(int count, char **arguments) {
	if (count < 6)
		return 2;
	target = arguments[2];
	position = atol(arguments[3]);
	has_begun = strcmp(target, "mini") != 0;
	attach(atoi(arguments[4]));
	start_command(arguments + 5);
	int end = 2;
	for (;;) {
		int status;
		pid_t tid = waitpid(-1, &status, __WALL);
		if (tid == -1)
			break;
		if (WIFSTOPPED(status)) {
			handle(tid, status);
			continue;
		}
		find(tid)->tid = 0;
		if (tid != command)
			continue;
		end = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		break;
	}
	FILE *report = fopen(arguments[1], "we");
	if (report == NULL)
		return 2;
	fprintf(report, "%ld %d\n", counted, has_killed);
	fclose(report);
	/* Whoever is still traced goes on by itself when we end. */
	return end;
}
