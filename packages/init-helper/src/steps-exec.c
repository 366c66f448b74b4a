/*
 * The last steps: the working directory, finding the executable and becoming it.
 * Privileges: the command's own by now, so that the kernel's answers are those the command would get.
 * Trusts nothing below the root.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "resolve.h"
#include "scoped.h"

#ifndef SYS_faccessat2
#define SYS_faccessat2 439
#endif
#define KERNEL_SIGNALS 64

/* A directory outside the root, reached by a descriptor that leaked (CVE-2024-21626), has no path that starts at
 * "/". */
int run_chdir(struct state *state, const struct plan_record *record) {
	char path[PATH_MAX];
	SCOPED_FD fd = open_below(state, record->args[CHDIR_PATH].text, O_PATH | O_DIRECTORY);
	if (fd == -1 || fchdir(fd) == -1)
		return -1;
	if (syscall(SYS_getcwd, path, sizeof path) > 0 && path[0] == '/')
		return 0;
	(void)!chdir("/");
	errno = ENOENT;
	return -1;
}

/* The errno of executing `path`, as far as the path decides it. */
static int try_executable(const char *path) {
	struct stat status;
	SCOPED_FD fd = open(path, O_PATH | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &status) == -1)
		return errno;
	if (!S_ISREG(status.st_mode))
		return EACCES;
	return syscall(SYS_faccessat2, fd, "", X_OK, AT_EACCESS | AT_EMPTY_PATH) == -1 ? errno : 0;
}

static int accept_executable(struct state *state, const char *path) {
	if (strlen(path) >= sizeof state->executable) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(state->executable, path);
	return 0;
}

static int join_path(char path[PATH_MAX], const char *directory, const char *file) {
	if (strlen(directory) + strlen(file) + 2 > PATH_MAX)
		return -1;
	strcpy(path, directory);
	strcat(path, "/");
	strcat(path, file);
	return 0;
}

/* Like a shell: what is there but cannot be run is the answer only if nothing else can be. */
int run_find_exec(struct state *state, const struct plan_record *record) {
	const char *file = record->args[FIND_EXEC_FILE].text;
	const struct plan_arg *search = &record->args[FIND_EXEC_SEARCH];
	const char *directory = search->text;
	char path[PATH_MAX];
	int error = ENOENT;
	if (strchr(file, '/') != NULL) {
		errno = try_executable(file);
		return errno == 0 ? accept_executable(state, file) : -1;
	}
	for (uint32_t i = 0; *file != '\0' && i < search->count; i++, directory = next_string(directory)) {
		if (join_path(path, *directory == '\0' ? "." : directory, file) == -1)
			continue;
		const int found = try_executable(path);
		if (found == 0)
			return accept_executable(state, path);
		error = found == EACCES ? EACCES : error;
	}
	errno = error;
	return -1;
}

/* Fills `pointers` with the strings of a list and a NULL; returns what comes after it. */
static char **list_strings(char **pointers, const struct plan_arg *strings) {
	const char *text = strings->text;
	for (uint32_t i = 0; i < strings->count; i++, text = next_string(text))
		*pointers++ = (char *)(uintptr_t)text;
	*pointers++ = NULL;
	return pointers;
}

/* become_init has blocked all; nothing is ignored, unless this helper was started by something strange. */
static void reset_signals(void) {
	sigset_t none;
	for (int number = 1; number <= KERNEL_SIGNALS; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Every descriptor but 0, 1 and 2 is close-on-exec: the passed ones since main, ours since they were opened. */
int run_exec(struct state *state, const struct plan_record *record) {
	const struct plan_arg *argv = &record->args[EXEC_ARGV], *env = &record->args[EXEC_ENV];
	const size_t bytes = ((size_t)argv->count + env->count + 2) * sizeof(char *);
	char **arguments = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (arguments == MAP_FAILED)
		return -1;
	char **environment = list_strings(arguments, argv);
	list_strings(environment, env);
	reset_signals();
	umask(state->umask);
	return execve(state->executable, arguments, environment);
}
