/*
 * The one launch site of mini: starts a static helper in new namespaces. Linked into the addon, monitor-helper and
 * nsenter-helper; callable from a process with many threads, with memory of any size (nothing of it is copied).
 */
#ifndef MINI_LAUNCH_H
#define MINI_LAUNCH_H

#include <sys/types.h>

#include "plan.h"

#ifdef __cplusplus
extern "C" {
#endif

struct launch_result {
	pid_t pid;
	int pidfd; /* close-on-exec, the caller's to close */
	int stage; /* enum launch_stage: where it failed */
	int error; /* its errno, 0 when the helper has been executed */
};

/*
 * Returns when the helper has been executed: 0 with `pid` and `pidfd`, or -1 with `stage` and `error`, no process
 * and no descriptor left. `argv0` is the helper's only argument; its environment is empty. The caller is the
 * parent and must reap it; the exit signal is SIGCHLD.
 */
int launch(const struct launch_record *record, const char *argv0, struct launch_result *result);

#ifdef __cplusplus
}
#endif

#endif
