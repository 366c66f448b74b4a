/*
 * mini-init: the init step of a container, started in its new namespaces by launch.c. Runs the Plan on descriptor
 * 3 and has then become the container's command. Privileges: all that the launch gave, until the Plan drops them.
 * Trusts: the Plan, once checked, because only the parent can have put it there; nothing below the container's
 * root.
 */
#include "helper.h"

int main(void) {
	return run_helper(&(struct helper){.name = "mini-init", .starting = "start \"mini-init\"", .needs_parent = 1});
}
