/*
 * Job: the two control sockets, to the client above and to the init helper below.
 * Privileges: the client's. Trusts: both sockets were made by mini; a datagram of the wrong size is refused all
 * the same.
 */
#define _GNU_SOURCE
#include "monitor.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A client that is gone is no error: the container lives on. */
int send_to_client(struct container *container, const struct control_message *message, int fd) {
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec vector = {(void *)message, sizeof *message};
	struct msghdr datagram = {.msg_iov = &vector, .msg_iovlen = 1};

	if (container->client_gone)
		return 0;
	if (fd >= 0) {
		datagram.msg_control = &control;
		datagram.msg_controllen = sizeof control;
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof fd);
		memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
	}
	while (sendmsg(FD_CLIENT, &datagram, MSG_NOSIGNAL) < 0) {
		if (errno == EINTR)
			continue;
		container->client_gone = true;
		break;
	}
	return 0;
}

/* 1 with a message (and a descriptor or -1), 0 at the end, -1 with errno. */
int receive_from_helper(int control, struct control_message *message, int *fd) {
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} space = {0};
	struct iovec vector = {message, sizeof *message};
	struct msghdr datagram = {
	    .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &space, .msg_controllen = sizeof space};
	ssize_t length;

	*fd = -1;
	do
		length = recvmsg(control, &datagram, MSG_CMSG_CLOEXEC);
	while (length < 0 && errno == EINTR);
	if (length <= 0)
		return (int)length;
	struct cmsghdr *part = CMSG_FIRSTHDR(&datagram);
	if (part && part->cmsg_type == SCM_RIGHTS && part->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(fd, CMSG_DATA(part), sizeof(int));
	if (length != sizeof *message) {
		if (*fd >= 0)
			close(*fd);
		errno = EBADMSG;
		return -1;
	}
	return 1;
}
