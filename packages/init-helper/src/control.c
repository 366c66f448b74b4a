/*
 * Speaks with the parent: the control socket, whose end of file means that the parent has died.
 * Privileges: none used. Trusts: the parent, and of it only a byte.
 */
#define _GNU_SOURCE
#include "control.h"
#include "digits.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int control_fd = HELPER_FD_CONTROL;

void move_control(int fd) {
	close(control_fd);
	control_fd = fd;
}

int copy_control(int least) {
	return fcntl(control_fd, F_DUPFD_CLOEXEC, least);
}

int has_control_socket(void) {
	int type = 0;
	socklen_t bytes = sizeof type;
	return getsockopt(control_fd, SOL_SOCKET, SO_TYPE, &type, &bytes) == 0 && type == SOCK_SEQPACKET;
}

int send_control(struct control_message message, int fd) {
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} ancillary = {0};
	struct iovec part = {&message, sizeof message};
	struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
	if (fd != NO_DESCRIPTOR) {
		header.msg_control = ancillary.bytes;
		header.msg_controllen = sizeof ancillary.bytes;
		struct cmsghdr *first = CMSG_FIRSTHDR(&header);
		first->cmsg_level = SOL_SOCKET;
		first->cmsg_type = SCM_RIGHTS;
		first->cmsg_len = CMSG_LEN(sizeof fd);
		memcpy(CMSG_DATA(first), &fd, sizeof fd);
	}
	return sendmsg(control_fd, &header, MSG_NOSIGNAL) == -1 ? -1 : 0;
}

int wait_for_go(void) {
	char go;
	return recv(control_fd, &go, sizeof go, 0) == 1 ? 0 : -1;
}

/* Writes the parts up to NULL. */
static void say(const char *const *parts) {
	for (; *parts != NULL; parts++)
		(void)!write(2, *parts, strlen(*parts));
}

void say_failure(const char *what, const char *reason) {
	say((const char *const[]){"failed to ", what, ": ", reason, "\n", NULL});
}

static void say_bad_plan(const struct plan_fault *fault) {
	struct digits digits;
	if (fault->record == -1)
		say_failure("check the plan", fault->reason);
	else
		say((const char *const[]){"failed to check the plan: ", fault->reason, " (record ",
		    write_number(&digits, fault->record), ")\n", NULL});
}

int say_failed_step(int error, int64_t record) {
	struct digits digits[2];
	say((const char *const[]){"failed to run the plan: errno ", write_number(&digits[0], error), " (record ",
	    write_number(&digits[1], record), ")\n", NULL});
	return STATUS_FAILED;
}

static int give_up(int stage, int64_t record, int error) {
	send_control((struct control_message){.kind = MESSAGE_FAILED, .stage = stage, .step = record, .error = error},
	    NO_DESCRIPTOR);
	return STATUS_FAILED;
}

int prepare_plan(const char *starting, struct plan *plan) {
	const int is_controlled = has_control_socket();
	struct plan_fault fault = {"it is longer than 1 MiB", -1};
	if (read_plan(HELPER_FD_PLAN, plan) == -1) {
		if (is_controlled)
			return give_up(STAGE_READ, -1, errno);
		if (errno == EFBIG)
			say_bad_plan(&fault);
		else
			say_failure(starting, "there is no plan on descriptor 3");
		return STATUS_FAILED;
	}
	if (check_plan(plan, &fault) == 0)
		return 0;
	if (is_controlled)
		return give_up(STAGE_CHECK, fault.record, EBADMSG);
	say_bad_plan(&fault);
	return STATUS_FAILED;
}
