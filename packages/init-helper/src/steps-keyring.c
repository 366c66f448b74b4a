/*
 * The step that leaves the starter's session keyring behind: with it whoever has a key id of the host's session
 * could read and link it. Anonymous, because a name could be joined by others of the same user. Privileges: none.
 * Trusts nobody.
 */
#define _GNU_SOURCE
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "steps.h"

int run_session_keyring(struct state *state, const struct plan_record *record) {
	return syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) == -1 ? -1 : 0;
}
