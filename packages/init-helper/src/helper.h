/* What the main functions of mini-init and mini-nsenter are made of. */
#ifndef MINI_HELPER_H
#define MINI_HELPER_H

struct helper {
	const char *name;     /* of the process, until the Plan executes the command */
	const char *starting; /* what fails without a Plan: `start "<name>"` */
	int needs_parent;     /* on descriptor 4; a helper without one says on stderr what failed */
};

/* Runs the Plan on descriptor 3. Returns, with the status to exit with, only when it fails. */
int run_helper(const struct helper *helper);

#endif
