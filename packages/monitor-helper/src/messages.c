/*
 * Job: the datagrams of control sockets, to the clients above and to the init helper below.
 * Privileges: the client's. Trusts: the sockets were made by mini or lie in a directory that only its user enters;
 * a datagram of the wrong size is refused all the same.
 */
#define _GNU_SOURCE
#include "monitor.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_FDS = 4 };

union ancillary {
	struct cmsghdr header;
	char space[CMSG_SPACE(MOST_FDS * sizeof(int))];
};

/* -1 when nobody is there to hear it. */
int send_message(int socket, const struct control_message *message, int fd) {
	union ancillary ancillary = {0};
	struct iovec vector = {(void *)message, sizeof *message};
	struct msghdr datagram = {.msg_iov = &vector, .msg_iovlen = 1};

	if (fd >= 0) {
		datagram.msg_control = &ancillary;
		datagram.msg_controllen = CMSG_SPACE(sizeof fd);
		ancillary.header.cmsg_level = SOL_SOCKET;
		ancillary.header.cmsg_type = SCM_RIGHTS;
		ancillary.header.cmsg_len = CMSG_LEN(sizeof fd);
		memcpy(CMSG_DATA(&ancillary.header), &fd, sizeof fd);
	}
	while (sendmsg(socket, &datagram, MSG_NOSIGNAL) < 0)
		if (errno != EINTR)
			return -1;
	return 0;
}

/* 1 with a message and its descriptors (-1 where there is none), 0 at the end, -1 with errno. */
int receive_message(int socket, struct control_message *message, int *fds, int most_fds) {
	union ancillary ancillary = {0};
	struct iovec vector = {message, sizeof *message};
	struct msghdr datagram = {.msg_iov = &vector,
	    .msg_iovlen = 1,
	    .msg_control = &ancillary,
	    .msg_controllen = (socklen_t)CMSG_SPACE((size_t)most_fds * sizeof(int))};
	ssize_t length;

	for (int i = 0; i < most_fds; i++)
		fds[i] = -1;
	do
		length = recvmsg(socket, &datagram, MSG_CMSG_CLOEXEC);
	while (length < 0 && errno == EINTR);
	if (length <= 0)
		return (int)length;
	struct cmsghdr *part = CMSG_FIRSTHDR(&datagram);
	if (part && part->cmsg_type == SCM_RIGHTS && part->cmsg_len <= CMSG_LEN((size_t)most_fds * sizeof(int)))
		memcpy(fds, CMSG_DATA(part), part->cmsg_len - CMSG_LEN(0));
	if (length == sizeof *message)
		return 1;
	for (int i = 0; i < most_fds; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	errno = EBADMSG;
	return -1;
}
