/* What the files of the monitor share. */
#ifndef MINI_MONITOR_H
#define MINI_MONITOR_H

#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

#include "plan-reader.h"

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

/* Most output that is taken at once, and that may wait to be taken: of 64 kB the log's writes took a third longer,
 * of a megabyte too. */
enum { RELAY_BYTES = 262144 };

/* Most that watch one container at a time. */
enum { MAX_CLIENTS = 16 };

/* Somebody who watches the container: told how it fares by the socket, given its output by the sinks. */
struct client {
	int socket;         /* -1 for a free place */
	int sinks[STREAMS]; /* -1 for none */
};

/* One command that looks at the container's health. */
struct probe {
	pid_t pid;      /* 0 while none runs */
	int pidfd;      /* of the helper, then of what it forks in the container */
	int control;    /* the helper's control socket; -1 once the command runs */
	int output;     /* -1 at its end */
	int exit_code;  /* -1 when it was cut off */
	bool has_ended; /* and its exit code is known */
	bool is_cut_off;
	int64_t started_ms, deadline_ms;
};

/* Times are of the monotonic clock; 0 when there is nothing to wait for. */
struct health {
	int64_t next_ms;
	int64_t start_period_end_ms;
	struct probe probe;
};

struct container {
	struct monitor_record *record;
	pid_t pid;
	int pidfd;     /* -1 while it does not run */
	int control;   /* the init helper's control socket; -1 once the command runs */
	int stdin_end; /* where the container's stdin is written; -1 when closed or handed over */
	int directory; /* for `status`; -1 for none */
	int oom_fd;
	int64_t oom_kills;                  /* before this start */
	int outputs[STREAMS];               /* where the container's output is read; a terminal has one */
	int listener;                       /* where clients attach; -1 without a directory */
	struct client clients[MAX_CLIENTS]; /* the first is the one that started the container */
	struct log log;
	struct health health;
	struct monitor_status status;
	bool terminal;
	bool has_status;      /* it could be written */
	bool is_asked_to_end; /* by SIGTERM */
};

/* messages.c */
int send_message(int socket, const struct control_message *message, int fd);
int receive_message(int socket, struct control_message *message, int *fds, int most_fds);

/* clients.c */
void open_listener(struct container *container);
void admit_client(struct container *container);
void hear_client(struct container *container, int index);
void drop_client(struct container *container, int index);
void drop_all_clients(struct container *container);
void tell_started(struct container *container, int index);
void tell_all(struct container *container, const struct control_message *message);

/* relay.c */
bool relay_once(struct container *container, int stream);
void relay_rest(struct container *container, int stream);

/* log.c */
int open_log(struct log *log, const struct monitor_record *record);
void write_log(struct log *log, int stream, const char *bytes, size_t length);

/* status.c */
int64_t now_ms(clockid_t clock);
void write_status(struct container *container);
/* Before the command may run, so that it is found also when the monitor is killed. */
void note_pid(struct container *container);
void forget_pid(struct container *container);
void note_start(struct container *container);
void note_exit(struct container *container, int wait_status, bool restarting);

/* own-plan.c */
void write_maps(const struct container *container);
void remove_groups(const struct container *container);
bool remove_container(const struct container *container);
bool read_own_plan(const struct container *container, struct plan *plan);
bool find_step(const struct plan *plan, uint16_t op, struct plan_record *record);
void release_plan(struct plan *plan);

/* remove-tree.c */
enum removal { EVERYTHING, DIRECTORIES };
int remove_tree(int directory, const char *name, enum removal removal);

/* events.c */
void write_event(const struct container *container, const char *action, const char *attributes, ...)
    __attribute__((format(printf, 3, 4)));
void write_exec_end(const struct container *container, int exit_code);

/* start.c */
int start_container(struct container *container);
int wait_until_started(struct container *container);
int start_again(struct container *container);

/* restart.c */
bool is_to_restart(const struct container *container, int wait_status);
int64_t next_delay_ms(int64_t delay_ms, const struct container *container);

/* health.c */
void begin_health(struct container *container);
void end_health(struct container *container);
void start_probe_in_time(struct container *container);
void hear_probe(struct container *container);

/* serve.c */
void take_requests(void);
bool serve_once(struct container *container, int64_t deadline_ms);

#endif
