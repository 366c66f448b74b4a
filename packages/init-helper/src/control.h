/* The control socket, and stderr for who starts a helper by hand. */
#ifndef MINI_CONTROL_H
#define MINI_CONTROL_H

#include "plan-reader.h"

#define NO_DESCRIPTOR (-1)
#define STATUS_FAILED 125 /* exit status of the engine, as in docker and podman */

/* Whether the control socket, descriptor 4 at first, is a SOCK_SEQPACKET socket. */
int has_control_socket(void);

/* The control socket is `fd` from now on, which must be close-on-exec; the one before is closed. */
void move_control(int fd);

/* A close-on-exec copy of it, numbered `least` or higher. -1 with errno. */
int copy_control(int least);

/* Sends one message, with a descriptor or without. 0, or -1 with errno. */
int send_control(struct control_message message, int fd);

/* Waits for the parent's go. 0, or -1 when there is no parent any more. */
int wait_for_go(void);

/* Says `failed to <what>: <reason>` on stderr. */
void say_failure(const char *what, const char *reason);

/* Says on stderr which step has failed; names of errnos are TypeScript's. The status to exit with. */
int say_failed_step(int error, int64_t record);

/*
 * Reads and checks the Plan on descriptor 3; `starting` is what fails without one, `start "mini-init"`: 0, or the
 * status to exit with when there is none. Whatever is wrong has been said, on the control socket if there is one,
 * else on stderr.
 */
int prepare_plan(const char *starting, struct plan *plan);

#endif
