import type { Findings } from '../describe/findings.js';
import type { Draft } from '../describe/shape.js';
import type { Process } from '../oci/process.js';
import type { Scheduler } from '../oci/scheduler.js';

type SchedulerDraft = Draft<Scheduler>;

const DEADLINE_MEMBERS = ['runtime', 'deadline', 'period'] as const;
/** DL_SCALE of the kernel: a shorter runtime cannot be accounted. */
const LEAST_RUNTIME_NS = 1024;

function checkRange(
  value: number | undefined,
  [least, most]: readonly [number, number],
  path: readonly string[],
  findings: Findings,
): void {
  if (value === undefined || (value >= least && value <= most)) return;
  findings.addAt(path, `${value} is not a whole number from ${least} to ${most}`);
}

function checkPriority({ policy, priority = 0 }: SchedulerDraft, findings: Findings): void {
  const path = ['scheduler', 'priority'];
  if (policy === 'SCHED_FIFO' || policy === 'SCHED_RR') checkRange(priority, [1, 99], path, findings);
  else if (policy !== undefined && priority !== 0) findings.addAt(path, `${policy} has no priorities`);
}

/** Runtime, deadline and period grow in this order, see sched(7). */
function checkDeadline(scheduler: SchedulerDraft, findings: Findings): void {
  const { policy, runtime = 0, deadline = 0, period = 0 } = scheduler;
  if (policy === 'SCHED_DEADLINE') {
    if (runtime < LEAST_RUNTIME_NS) {
      findings.addAt(['scheduler', 'runtime'], `${runtime} is less than ${LEAST_RUNTIME_NS} nanoseconds`);
    }
    if (deadline < runtime) {
      findings.addAt(['scheduler', 'deadline'], `${deadline} is less than the runtime of ${runtime}`);
    }
    // A period of 0 is that of the deadline.
    if (period !== 0 && period < deadline) {
      findings.addAt(['scheduler', 'period'], `${period} is less than the deadline of ${deadline}`);
    }
    return;
  }
  for (const member of DEADLINE_MEMBERS) {
    const value = scheduler[member] ?? 0;
    if (policy !== undefined && value !== 0) {
      findings.addAt(['scheduler', member], `${value} is only for SCHED_DEADLINE`);
    }
  }
}

/** What sched_setattr(2) and ioprio_set(2) refuse. */
export function checkScheduling({ scheduler, ioPriority }: Draft<Process>, findings: Findings): void {
  checkRange(ioPriority?.priority, [0, 7], ['ioPriority', 'priority'], findings);
  if (scheduler === undefined) return;
  checkRange(scheduler.nice, [-20, 19], ['scheduler', 'nice'], findings);
  checkPriority(scheduler, findings);
  checkDeadline(scheduler, findings);
}
