import { type Controller, checkLimit, isSet } from './controller.js';

const FIELD = 'linux.resources.pids';

/** The number of tasks (threads count). Source: cgroup-v1/pids.rst of Linux. */
export const pidsController: Controller = {
  v1: 'pids',
  v2: 'pids',
  field: FIELD,
  compile: ({ pids }) =>
    isSet(pids?.limit)
      ? [{ file: 'pids.max', value: pids.limit < 0 ? 'max' : `${pids.limit}`, field: `${FIELD}.limit` }]
      : [],
  validate: ({ pids }) => checkLimit(`${FIELD}.limit`, pids?.limit),
};
