import { type IoPriority, type Process, RuntimeError, type Scheduler, type Step } from '@mini/contracts';

/** Numbers of ioprio_set(2). */
const IO_CLASS = { IOPRIO_CLASS_RT: 1, IOPRIO_CLASS_BE: 2, IOPRIO_CLASS_IDLE: 3 } as const;
const IO_CLASS_SHIFT = 13;

/** Numbers of sched(7). */
const POLICY = {
  SCHED_OTHER: 0,
  SCHED_FIFO: 1,
  SCHED_RR: 2,
  SCHED_BATCH: 3,
  SCHED_ISO: 4,
  SCHED_IDLE: 5,
  SCHED_DEADLINE: 6,
} as const;

/** Bits of sched_setattr(2). */
const FLAG = {
  SCHED_FLAG_RESET_ON_FORK: 0x01,
  SCHED_FLAG_RECLAIM: 0x02,
  SCHED_FLAG_DL_OVERRUN: 0x04,
  SCHED_FLAG_KEEP_POLICY: 0x08,
  SCHED_FLAG_KEEP_PARAMS: 0x10,
  SCHED_FLAG_UTIL_CLAMP_MIN: 0x20,
  SCHED_FLAG_UTIL_CLAMP_MAX: 0x40,
} as const;

/** When the process runs and reads: set while the helper has its starter's privileges. */
export function compileScheduling({ scheduler, ioPriority }: Process): Step[] {
  return [
    ...(scheduler === undefined ? [] : [compileScheduler(scheduler)]),
    ...(ioPriority === undefined ? [] : [compileIoPriority(ioPriority)]),
  ];
}

function compileScheduler(scheduler: Scheduler): Step {
  const { policy, nice = 0, priority = 0, flags = [], runtime = 0, deadline = 0, period = 0 } = scheduler;
  return {
    op: 'scheduler',
    policy: POLICY[policy],
    flags: flags.reduce((bits, flag) => bits | FLAG[flag], 0),
    nice,
    priority,
    runtime,
    deadline,
    period,
    origin: 'process.scheduler',
  };
}

function compileIoPriority({ class: ioClass, priority = 0 }: IoPriority): Step {
  return {
    op: 'io_priority',
    priority: (IO_CLASS[ioClass] << IO_CLASS_SHIFT) | priority,
    origin: 'process.ioPriority',
  };
}

/** A list of cpuset(7) such as `0-2,5` as the bits of sched_setaffinity(2). */
export function compileAffinity(list: string | undefined, origin: string): Step[] {
  return list === undefined || list === ''
    ? []
    : [{ op: 'cpu_affinity', mask: toBits(list, origin), origin }];
}

/** The most that a step of a Plan holds: CONFIG_NR_CPUS of Linux ends there too. */
const MOST_BITS = 8192;

/**
 * A list such as `0-2,5` as a bit for each number, in words of 64. Throws `RuntimeError` `bad-spec` for a number that no
 * kernel has.
 */
export function toBits(list: string, origin: string): Uint8Array {
  const ranges = list.split(',').map((range) => range.split('-').map(Number));
  const most = Math.max(...ranges.flat());
  if (most >= MOST_BITS) {
    const message = `failed to compile the list ${JSON.stringify(list)} (${origin}): ${most} is above ${MOST_BITS - 1}`;
    throw new RuntimeError({ code: 'bad-spec', message, context: { field: origin } });
  }
  const mask = new Uint8Array((Math.floor(most / 64) + 1) * 8);
  for (const [first = 0, last = first] of ranges) {
    // The kernel's words are little-endian on both machines that we run on.
    for (let number = first; number <= last; number += 1) mask[number >> 3]! |= 1 << (number & 7);
  }
  return mask;
}
