/* What the files of the monitor share. */
#ifndef MINI_MONITOR_H
#define MINI_MONITOR_H

#include <stdbool.h>
#include <sys/types.h>

#include "plan.h"

enum { FD_RECORD = 3, FD_CLIENT = 4 };

/* Where output is kept; fd is -1 when it is not. */
struct log {
	int directory;
	int fd;
	int64_t bytes;      /* of the current file */
	int64_t most_bytes; /* at which it is rotated; 0 never */
	int64_t most_files;
};

/* One direction of the container's output: what is read from `source` goes to the log and to `sink`. */
struct relay {
	int source;
	int sink;
	int stream; /* 1 stdout, 2 stderr */
};

struct container {
	pid_t pid;
	int pidfd;
	int control;   /* the init helper's control socket; -1 once the command runs */
	int stdin_end; /* where the container's stdin is written; -1 when closed or handed over */
	int directory; /* for `status`; -1 for none */
	int oom_fd;
	struct relay outputs[2];
	struct log log;
	struct monitor_status status;
	bool client_gone;
};

/* messages.c */
int send_to_client(struct container *container, const struct control_message *message, int fd);
int receive_from_helper(int control, struct control_message *message, int *fd);

/* relay.c */
bool relay_once(struct relay *relay, struct log *log);
void relay_rest(struct relay *relay, struct log *log);

/* log.c */
int open_log(struct log *log, const struct monitor_record *record);
void write_log(struct log *log, int stream, const char *bytes, size_t length);

/* status.c */
void note_start(struct container *container);
void note_exit(struct container *container, int wait_status);

/* start.c */
int start_container(struct container *container, struct monitor_record *record);
int wait_until_started(struct container *container, bool terminal);

#endif
