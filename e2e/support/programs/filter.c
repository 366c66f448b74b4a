/*
 * filter MODE PROGRAM [ARG...]: executes PROGRAM under a seccomp filter, as sandboxes and older engines put one.
 *   enosys  clone3 and close_range are not known
 *   denied  clone3 is not known, clone and unshare must not make namespaces
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NAMESPACES                                                                                                   \
	(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWUSER | CLONE_NEWCGROUP)
#define ANSWER(error) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define UNLESS_CALL(number, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, (skip))

static struct sock_filter enosys[] = {
    LOAD(nr), UNLESS_CALL(SYS_clone3, 1), ANSWER(ENOSYS), UNLESS_CALL(SYS_close_range, 1), ANSWER(ENOSYS), ALLOW,
};

static struct sock_filter denied[] = {
    LOAD(nr),
    UNLESS_CALL(SYS_clone3, 1),
    ANSWER(ENOSYS),
    UNLESS_CALL(SYS_unshare, 1),
    ANSWER(EPERM),
    UNLESS_CALL(SYS_clone, 3),
    LOAD(args[0]),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NAMESPACES, 0, 1),
    ANSWER(EPERM),
    ALLOW,
};

int main(int count, char **words) {
	if (count < 3)
		return 2;
	const int is_denied = strcmp(words[1], "denied") == 0;
	const struct sock_fprog program = {
	    .len = is_denied ? sizeof denied / sizeof *denied : sizeof enosys / sizeof *enosys,
	    .filter = is_denied ? denied : enosys,
	};
	/* Without CAP_SYS_ADMIN the kernel takes a filter only from who can gain nothing any more. */
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == -1) {
		perror("filter");
		return 2;
	}
	execv(words[2], words + 2);
	perror(words[2]);
	return 2;
}
