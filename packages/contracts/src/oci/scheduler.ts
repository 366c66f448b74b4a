import { array } from '../describe/collections.js';
import { enumOf, int32, uint64 } from '../describe/scalars.js';
import { type Infer, object, optional } from '../describe/shape.js';

/** See sched_setattr(2), whose fields these are. */
export const schedulerShape = object({
  policy: enumOf([
    'SCHED_OTHER',
    'SCHED_FIFO',
    'SCHED_RR',
    'SCHED_BATCH',
    'SCHED_ISO',
    'SCHED_IDLE',
    'SCHED_DEADLINE',
  ]),
  /** For SCHED_OTHER and SCHED_BATCH. */
  nice: optional(int32),
  /** For SCHED_FIFO and SCHED_RR. */
  priority: optional(int32),
  flags: optional(
    array(
      enumOf([
        'SCHED_FLAG_RESET_ON_FORK',
        'SCHED_FLAG_RECLAIM',
        'SCHED_FLAG_DL_OVERRUN',
        'SCHED_FLAG_KEEP_POLICY',
        'SCHED_FLAG_KEEP_PARAMS',
        'SCHED_FLAG_UTIL_CLAMP_MIN',
        'SCHED_FLAG_UTIL_CLAMP_MAX',
      ]),
    ),
  ),
  /** Nanoseconds, for SCHED_DEADLINE, as the next two. */
  runtime: optional(uint64),
  deadline: optional(uint64),
  period: optional(uint64),
});

export interface Scheduler extends Infer<typeof schedulerShape> {}
