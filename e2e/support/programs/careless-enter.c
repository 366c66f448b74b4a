/*
 * A runtime that enters a root and executes a command there from a file of its own that is neither sealed nor a copy:
 * what CVE-2019-5736 was about. Linked statically. Executed as an interpreter it stays a while, as a runtime at work.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 3 || strcmp(argv[1], "enter") != 0) {
    usleep(1000 * 1000);
    return 0;
  }
  if (chroot(argv[2]) == -1 || chdir("/") == -1) {
    perror("careless-enter");
    return 1;
  }
  execl("/entry", "/entry", (char *)NULL);
  perror("/entry");
  return 1;
}
