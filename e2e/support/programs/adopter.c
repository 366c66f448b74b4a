/*
 * Runs a command as an engine does: what the command leaves behind is adopted and reaped. Ends at once with the exit
 * code of the command; a second process stays, without our stdin, stdout and stderr, until all that it adopted has ended.
 */
#define _GNU_SOURCE
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int exit_code(int status) {
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Tells the exit code of the command, and reaps as long as there is anything to reap. */
static void adopt(char **command, int tell) {
	int status;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid_t child = fork();
	if (child == 0) {
		close(tell);
		execv(command[0], command);
		_exit(127);
	}
	for (int fd = 0; fd < 3; fd++)
		close(fd);
	for (pid_t pid; (pid = wait(&status)) > 0;)
		if (pid == child) {
			char code = (char)exit_code(status);
			(void)!write(tell, &code, 1);
			close(tell);
		}
	_exit(0);
}

int main(int argc, char **argv) {
	int pair[2];
	unsigned char code = 125;
	if (argc < 2 || pipe(pair) == -1)
		return code;
	if (fork() == 0) {
		close(pair[0]);
		adopt(argv + 1, pair[1]);
	}
	close(pair[1]);
	(void)!read(pair[0], &code, 1);
	return code;
}
