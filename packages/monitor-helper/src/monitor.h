/* What the files of the monitor share. */
#ifndef MINI_MONITOR_H
#define MINI_MONITOR_H

#include <stdbool.h>
#include <sys/types.h>

#include "plan.h"

enum { FD_RECORD = 3, FD_CLIENT = 4 };

/* One direction of the container's output: what is read from `source` is written to `sink`. */
struct relay {
	int source;
	int sink;
};

struct container {
	pid_t pid;
	int pidfd;
	int control; /* the init helper's control socket; -1 once the command runs */
	int stdin_end; /* where the container's stdin is written; -1 when closed or handed over */
	struct relay outputs[2];
	bool client_gone;
};

/* messages.c */
int send_to_client(struct container *container, const struct control_message *message, int fd);
int receive_from_helper(int control, struct control_message *message, int *fd);

/* relay.c */
bool relay_once(struct relay *relay);
void relay_rest(struct relay *relay);

/* start.c */
int start_container(struct container *container, struct monitor_record *record);
int wait_until_started(struct container *container, bool terminal);

#endif
