/*
 * mini-nsenter: joins the namespaces of a running container and runs a Plan there; the interpreter is mini-init's.
 * Privileges: those of its caller, until the Plan drops them. Trusts: the Plan, once checked; after the join
 * nothing that it sees, see steps-join.c. Without a parent on descriptor 4 it tells failures on stderr.
 */
#include "helper.h"

int main(void) {
	return run_helper(&(struct helper){.name = "mini-nsenter", .starting = "start \"mini-nsenter\""});
}
