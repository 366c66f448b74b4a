/*
 * Job: those who watch the container. The first started it; others attach by the socket `attach` of the
 * container's directory and hand over their own stdout and stderr, so that no byte passes through them.
 * Privileges: the client's. Trusts: whoever can reach the socket, which is mode 0600 in a directory of mode 0700.
 */
#define _GNU_SOURCE
#include "monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* The path goes by a descriptor: sun_path has but 108 bytes. Without a socket the container runs all the same. */
void open_listener(struct container *container) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	container->listener = -1;
	if (container->directory < 0)
		return;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	unlinkat(container->directory, "attach", 0);
	snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/attach", container->directory);
	umask(0177);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, MAX_CLIENTS) < 0)
		close(fd);
	else
		container->listener = fd;
}

void admit_client(struct container *container) {
	int fd = accept4(container->listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0)
		return;
	for (int i = 1; i < MAX_CLIENTS; i++)
		if (container->clients[i].socket < 0) {
			container->clients[i] = (struct client){fd, {-1, -1}};
			return;
		}
	close(fd);
}

/* What a client of ours says: its stdout and stderr, once. The end of the socket is the end of the client. */
void hear_client(struct container *container, int index) {
	struct client *client = &container->clients[index];
	struct control_message message;
	int fds[STREAMS];
	if (receive_message(client->socket, &message, fds, STREAMS) <= 0 || fds[OUT] < 0 || client->sinks[OUT] >= 0) {
		drop_client(container, index);
		return;
	}
	client->sinks[OUT] = fds[OUT];
	client->sinks[ERR] = fds[ERR];
	/* One that attaches between two runs is told of the next. */
	if (container->pidfd >= 0)
		tell_started(container, index);
}

/* A dead client's descriptors are closed at once: its terminal or pipe must not be held open by us. */
void drop_client(struct container *container, int index) {
	struct client *client = &container->clients[index];
	int null = index == 0 ? open("/dev/null", O_RDWR | O_CLOEXEC) : -1;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO && null >= 0; fd++)
		dup2(null, fd);
	if (null >= 0)
		close(null);
	for (int stream = OUT; stream < STREAMS; stream++)
		if (index > 0 && client->sinks[stream] >= 0)
			close(client->sinks[stream]);
	close(client->socket);
	*client = (struct client){-1, {-1, -1}};
}

/* They watched one run of the container, and it is over. */
void drop_all_clients(struct container *container) {
	for (int i = 0; i < MAX_CLIENTS; i++)
		if (container->clients[i].socket >= 0)
			drop_client(container, i);
}

/* A terminal takes what is typed where its output is read. */
void tell_started(struct container *container, int index) {
	struct control_message started = {.kind = MESSAGE_STARTED, .value = container->pid};
	struct control_message input = {.kind = MESSAGE_STDIN};
	int socket = container->clients[index].socket;
	int end = container->terminal ? container->outputs[OUT] : container->stdin_end;
	if (send_message(socket, &started, container->pidfd) < 0 ||
	    (end >= 0 && send_message(socket, &input, end) < 0))
		drop_client(container, index);
}

void tell_all(struct container *container, const struct control_message *message) {
	for (int i = 0; i < MAX_CLIENTS; i++)
		if (container->clients[i].socket >= 0)
			send_message(container->clients[i].socket, message, -1);
}
