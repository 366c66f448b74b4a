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

/* Streams of output, by the index of what is read and written for them. */
enum { OUT, ERR, STREAMS };

/* Most that watch one container at a time. */
enum { MAX_CLIENTS = 16 };

/* Somebody who watches the container: told how it fares by the socket, given its output by the sinks. */
struct client {
	int socket;         /* -1 for a free place */
	int sinks[STREAMS]; /* -1 for none */
};

struct container {
	pid_t pid;
	int pidfd;
	int control;   /* the init helper's control socket; -1 once the command runs */
	int stdin_end; /* where the container's stdin is written; -1 when closed or handed over */
	int directory; /* for `status`; -1 for none */
	int oom_fd;
	int outputs[STREAMS];               /* where the container's output is read; a terminal has one */
	int listener;                       /* where clients attach; -1 without a directory */
	struct client clients[MAX_CLIENTS]; /* the first is the one that started the container */
	struct log log;
	struct monitor_status status;
	bool terminal;
};

/* messages.c */
int send_message(int socket, const struct control_message *message, int fd);
int receive_message(int socket, struct control_message *message, int *fds, int most_fds);

/* clients.c */
void open_listener(struct container *container);
void admit_client(struct container *container);
void hear_client(struct container *container, int index);
void drop_client(struct container *container, int index);
void tell_started(struct container *container, int index);
void tell_all(struct container *container, const struct control_message *message);

/* relay.c */
bool relay_once(struct container *container, int stream);
void relay_rest(struct container *container, int stream);

/* log.c */
int open_log(struct log *log, const struct monitor_record *record);
void write_log(struct log *log, int stream, const char *bytes, size_t length);

/* status.c */
void note_start(struct container *container);
void note_exit(struct container *container, int wait_status);

/* start.c */
int start_container(struct container *container, struct monitor_record *record);
int wait_until_started(struct container *container, const struct monitor_record *record);

#endif
