/*
 * Runs in a container: exchanges the names of two files, over and over, until it is killed; what cannot be exchanged
 * at the moment is tried again. Who looks a path up while this goes on finds now the one, now the other.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv) {
	if (argc < 3 || argc % 2 == 0)
		return 2;
	for (;;)
		for (int i = 1; i < argc; i += 2) {
			renameat2(AT_FDCWD, argv[i], AT_FDCWD, argv[i + 1], RENAME_EXCHANGE);
			usleep(1);
		}
}
