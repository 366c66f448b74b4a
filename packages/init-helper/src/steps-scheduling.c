/*
 * The steps that say when, where, as what and on which memory a process runs.
 * Privileges: CAP_SYS_NICE where the Plan asks for more than its starter has. Trusts the Plan.
 */
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <unistd.h>

#include "steps.h"

#define IOPRIO_WHO_PROCESS 1

/* struct sched_attr of the kernel's 5.3, without the header, which collides with some libcs'. */
struct scheduler_attributes {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
	uint32_t least_utilization, most_utilization;
};

int run_io_priority(struct state *state, const struct plan_record *record) {
	return (int)syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, (int)record->args[IO_PRIORITY_PRIORITY].number);
}

int run_scheduler(struct state *state, const struct plan_record *record) {
	const struct plan_arg *args = record->args;
	struct scheduler_attributes attributes = {
	    .size = sizeof attributes,
	    .policy = (uint32_t)args[SCHEDULER_POLICY].number,
	    .flags = args[SCHEDULER_FLAGS].number,
	    .nice = (int32_t)args[SCHEDULER_NICE].number,
	    .priority = (uint32_t)args[SCHEDULER_PRIORITY].number,
	    .runtime = args[SCHEDULER_RUNTIME].number,
	    .deadline = args[SCHEDULER_DEADLINE].number,
	    .period = args[SCHEDULER_PERIOD].number,
	};
	return (int)syscall(SYS_sched_setattr, 0, &attributes, 0);
}

int run_personality(struct state *state, const struct plan_record *record) {
	return syscall(SYS_personality, record->args[PERSONALITY_PERSONA].number) == -1 ? -1 : 0;
}

int run_cpu_affinity(struct state *state, const struct plan_record *record) {
	const struct plan_arg *mask = &record->args[CPU_AFFINITY_MASK];
	return (int)syscall(SYS_sched_setaffinity, 0, (size_t)mask->bytes, mask->text);
}

/* The kernel takes the number of bits plus one. Source: set_mempolicy(2), of which the page says otherwise. */
int run_memory_policy(struct state *state, const struct plan_record *record) {
	const struct plan_arg *nodes = &record->args[MEMORY_POLICY_NODES];
	const uint64_t bits = nodes->bytes == 0 ? 0 : nodes->bytes * 8ull + 1;
	return (int)syscall(
	    SYS_set_mempolicy, (int)record->args[MEMORY_POLICY_MODE].number, bits == 0 ? NULL : nodes->text, bits);
}
