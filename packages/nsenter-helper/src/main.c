/*
 * mini-nsenter: will join the namespaces of a running container and run a Plan there. For now it reads and checks
 * its Plan like mini-init and then refuses. Privileges: those of its caller; none used. Trusts: the Plan, once
 * checked.
 */
#include <stddef.h>

#include "control.h"

#define STATUS_FAILED 125

int main(void) {
	struct plan plan;
	const int status = prepare_plan("start \"mini-nsenter\"", &plan);
	if (status != 0)
		return status;
	say_failure("run the plan", "joining namespaces is not supported yet");
	return STATUS_FAILED;
}
