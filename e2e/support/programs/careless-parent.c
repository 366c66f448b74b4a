/*
 * Runs a command, adopts what it leaves behind and never waits for it. Prints a line when the command has ended, and ends
 * itself at the end of its stdin.
 */
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
	char byte;
	int status;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid_t child = argc < 2 ? -1 : fork();
	if (child == -1)
		return 125;
	if (child == 0) {
		execv(argv[1], argv + 1);
		_exit(127);
	}
	waitpid(child, &status, 0);
	puts(WIFEXITED(status) && WEXITSTATUS(status) == 0 ? "done" : "failed");
	fflush(stdout);
	(void)!read(0, &byte, 1);
	return 0;
}
