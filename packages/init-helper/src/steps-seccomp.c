/*
 * The steps that load a seccomp filter: the last ones before exec, for a filter may forbid any other call.
 * Privileges: no_new_privs set, or CAP_SYS_ADMIN in the user namespace. Trusts the Plan for the program, which the
 * kernel checks again.
 *
 * The listener of a filter is made with it, by the thread that is filtered from then on: it may not be able to
 * send it, nor to tell anybody its number. So a second thread, which the filter does not hold, waits for the
 * number in memory, sends it, waits for the word that somebody has it, and ends. The first waits by looking,
 * because any call to wait by may be filtered; it takes about a millisecond. A parent that cannot hand the
 * listener on closes its end without a word: then the process ends, for nobody would answer its calls.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "control.h"
#include "steps.h"

#ifndef SECCOMP_FILTER_FLAG_NEW_LISTENER
#define SECCOMP_FILTER_FLAG_NEW_LISTENER (1ul << 3)
#endif
#define STACK_BYTES 65536
#define LOOK_AGAIN_NS 20000

enum { UNKNOWN = -2, FAILED = -1, SENT = 1 };

/* What the two threads tell each other. */
struct handover {
	atomic_int listener; /* UNKNOWN, FAILED, or a descriptor */
	atomic_int result;   /* UNKNOWN, FAILED with `error`, or SENT */
	int error;
};

static long load_filter(const struct plan_arg *program, uint64_t flags) {
	const struct sock_fprog filter = {
	    .len = (unsigned short)(program->bytes / sizeof(struct sock_filter)),
	    .filter = (struct sock_filter *)(uintptr_t)program->text,
	};
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter);
}

int run_seccomp(struct state *state, const struct plan_record *record) {
	return (int)load_filter(&record->args[SECCOMP_PROGRAM], record->args[SECCOMP_FLAGS].number);
}

static int send_listener(void *argument) {
	struct handover *handover = argument;
	const struct timespec pause = {.tv_nsec = LOOK_AGAIN_NS};
	int listener;
	while ((listener = atomic_load(&handover->listener)) == UNKNOWN)
		syscall(SYS_nanosleep, &pause, NULL);
	if (listener != FAILED) {
		const struct control_message message = {.kind = MESSAGE_SECCOMP_LISTENER, .stage = STAGE_RUN};
		const int result = send_control(message, listener);
		handover->error = errno;
		if (result == 0 && wait_for_go() == -1)
			_exit(1); /* of the whole process, quietly: there is nobody left to tell */
		atomic_store(&handover->result, result == 0 ? SENT : FAILED);
	}
	syscall(SYS_exit, 0);
	return 0;
}

static int start_sender(struct handover *handover) {
	const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
	char *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (stack == MAP_FAILED)
		return -1;
	return clone(send_listener, stack + STACK_BYTES, flags, handover) == -1 ? -1 : 0;
}

int run_seccomp_listener(struct state *state, const struct plan_record *record) {
	static struct handover handover = {.listener = UNKNOWN, .result = UNKNOWN};
	const uint64_t flags = record->args[SECCOMP_LISTENER_FLAGS].number | SECCOMP_FILTER_FLAG_NEW_LISTENER;
	if (start_sender(&handover) == -1)
		return -1;
	const int listener = (int)load_filter(&record->args[SECCOMP_LISTENER_PROGRAM], flags);
	if (listener == -1) {
		atomic_store(&handover.listener, FAILED);
		return -1;
	}
	atomic_store(&handover.listener, listener);
	while (atomic_load(&handover.result) == UNKNOWN)
		;
	errno = handover.error;
	return atomic_load(&handover.result) == SENT ? 0 : -1;
}
