/*
 * Another container that shares a volume: exchanges two names as fast as it can until it is ended. Prints a line
 * once it has begun. Runs with the rights of the tests and trusts its arguments.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>

int main(int count, char **arguments) {
	if (count != 3 || prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		return 1;
	puts("begun");
	fflush(stdout);
	while (renameat2(AT_FDCWD, arguments[1], AT_FDCWD, arguments[2], RENAME_EXCHANGE) == 0)
		;
	return 2;
}
