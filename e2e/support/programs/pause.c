/* What holds the namespaces of a pod: waits, and reaps who is left to it, until it is told to end. Linked statically. */
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

int main(void) {
  sigset_t awaited;
  sigemptyset(&awaited);
  sigaddset(&awaited, SIGTERM);
  sigaddset(&awaited, SIGINT);
  sigaddset(&awaited, SIGCHLD);
  sigprocmask(SIG_BLOCK, &awaited, NULL);
  for (;;) {
    int signal = 0;
    if (sigwait(&awaited, &signal) != 0)
      return 1;
    if (signal != SIGCHLD)
      return 0;
    while (waitpid(-1, NULL, WNOHANG) > 0)
      ;
  }
}
