import type { MalformedRow } from './malformed-documents.js';

/** What runs: config.md, process. */
export const PROCESS_ROWS: readonly MalformedRow[] = [
  ['process', undefined, 'it is missing (process)'],
  ['process', null, 'null is not an object (process)'],
  ['process', [], 'an array is not an object (process)'],
  ['process.terminal', 'yes', '"yes" is not true or false (process.terminal)'],
  ['process.terminal', 0, '0 is not true or false (process.terminal)'],
  ['process.user', undefined, 'it is missing (process.user)'],
  ['process.user', 'root', '"root" is not an object (process.user)'],
  ['process.user.uid', undefined, 'it is missing (process.user.uid)'],
  ['process.user.uid', '0', '"0" is not a whole number from 0 to 4294967294 (process.user.uid)'],
  ['process.user.uid', -1, '-1 is not a whole number from 0 to 4294967294 (process.user.uid)'],
  [
    'process.user.uid',
    4294967295,
    '4294967295 is not a whole number from 0 to 4294967294 (process.user.uid)',
  ],
  ['process.user.uid', 1.5, '1.5 is not a whole number from 0 to 4294967294 (process.user.uid)'],
  ['process.user.gid', undefined, 'it is missing (process.user.gid)'],
  [
    'process.user.gid',
    4294967296,
    '4294967296 is not a whole number from 0 to 4294967294 (process.user.gid)',
  ],
  [
    'process.user.gid',
    18446744073709551616n,
    '18446744073709551616 is not a whole number from 0 to 4294967294 (process.user.gid)',
  ],
  ['process.user.umask', -1, '-1 is not a whole number from 0 to 4294967295 (process.user.umask)'],
  ['process.user.umask', '022', '"022" is not a whole number from 0 to 4294967295 (process.user.umask)'],
  ['process.user.additionalGids', 7, '7 is not an array (process.user.additionalGids)'],
  [
    'process.user.additionalGids',
    [0, -5],
    '-5 is not a whole number from 0 to 4294967294 (process.user.additionalGids[1])',
  ],
  ['process.args', undefined, 'it is missing (process.args)'],
  ['process.args', [], 'it has 0 items, at least 1 is needed (process.args)'],
  ['process.args', 'sh', '"sh" is not an array (process.args)'],
  ['process.args', [null], 'null is not a string (process.args[0])'],
  ['process.args', ['sh', 'a\u0000b'], '"a\\u0000b" is not a string without NUL (process.args[1])'],
  ['process.env', { A: 'B' }, 'an object is not an array (process.env)'],
  ['process.env', ['A'], '"A" is not of the form NAME=value (process.env[0])'],
  ['process.env', ['=A'], '"=A" is not of the form NAME=value (process.env[0])'],
  ['process.env', ['A=\u0000'], '"A=\\u0000" is not a string without NUL (process.env[0])'],
  ['process.env', [1], '1 is not a string (process.env[0])'],
  ['process.cwd', undefined, 'it is missing (process.cwd)'],
  ['process.cwd', '', '"" is not an absolute path (process.cwd)'],
  ['process.cwd', 'tmp', '"tmp" is not an absolute path (process.cwd)'],
  ['process.cwd', '../tmp', '"../tmp" is not an absolute path (process.cwd)'],
  ['process.cwd', '/tmp\u0000', '"/tmp\\u0000" is not a string without NUL (process.cwd)'],
  ['process.cwd', null, 'null is not a string (process.cwd)'],
  [
    'process.consoleSize',
    { height: 1, width: -1 },
    '-1 is not a whole number from 0 to 9007199254740991 (process.consoleSize.width)',
  ],
  ['process.consoleSize', { height: 1 }, 'it is missing (process.consoleSize.width)'],
];

/** What it may: capabilities and rlimits. */
export const CAPABILITY_ROWS: readonly MalformedRow[] = [
  ['process.capabilities', ['CAP_KILL'], 'an array is not an object (process.capabilities)'],
  ['process.capabilities.bounding', 'CAP_KILL', '"CAP_KILL" is not an array (process.capabilities.bounding)'],
  [
    'process.capabilities.effective',
    ['CAP_KILL'],
    '"CAP_KILL" is not in the permitted set (process.capabilities.effective[0])',
  ],
  ['process.capabilities.inheritable', [9], '9 is not a string (process.capabilities.inheritable[0])'],
  ['process.rlimits', {}, 'an object is not an array (process.rlimits)'],
  [
    'process.rlimits',
    [{}],
    'it is missing (process.rlimits[0].type); it is missing (process.rlimits[0].soft); it is missing (process.rlimits[0].hard)',
  ],
  [
    'process.rlimits',
    [{ type: 'NOFILE', soft: 1, hard: 1 }],
    '"NOFILE" is not a resource of getrlimit(2) (process.rlimits[0].type)',
  ],
  [
    'process.rlimits',
    [{ type: 'RLIMIT_NOTHING', soft: 1, hard: 1 }],
    '"RLIMIT_NOTHING" is not a resource of getrlimit(2) (process.rlimits[0].type)',
  ],
  [
    'process.rlimits',
    [{ type: 'RLIMIT_NOFILE', soft: 2, hard: 1 }],
    '2 is more than the hard limit of 1 (process.rlimits[0].soft)',
  ],
  [
    'process.rlimits',
    [{ type: 'RLIMIT_NOFILE', soft: -1, hard: -1 }],
    '-1 is not a whole number from 0 to 18446744073709551615 (process.rlimits[0].soft); -1 is not a whole number from 0 to 18446744073709551615 (process.rlimits[0].hard)',
  ],
  [
    'process.rlimits',
    [{ type: 'RLIMIT_NOFILE', soft: 1, hard: 18446744073709551616n }],
    '18446744073709551616 is not a whole number from 0 to 18446744073709551615 (process.rlimits[0].hard)',
  ],
  [
    'process.rlimits',
    [{ type: 'RLIMIT_NOFILE', soft: '1', hard: 1 }],
    '"1" is not a whole number from 0 to 18446744073709551615 (process.rlimits[0].soft)',
  ],
  [
    'process.rlimits',
    [
      { type: 'RLIMIT_CORE', soft: 1, hard: 1 },
      { type: 'RLIMIT_NOFILE', soft: 1, hard: 1 },
      { type: 'RLIMIT_CORE', soft: 1, hard: 1 },
    ],
    '"RLIMIT_CORE" is given twice (process.rlimits[2].type)',
  ],
];

/** How it is scheduled and labelled. */
export const SCHEDULING_ROWS: readonly MalformedRow[] = [
  ['process.noNewPrivileges', 'true', '"true" is not true or false (process.noNewPrivileges)'],
  ['process.apparmorProfile', 1, '1 is not a string (process.apparmorProfile)'],
  [
    'process.apparmorProfile',
    'a\u0000b',
    '"a\\u0000b" is not a string without NUL (process.apparmorProfile)',
  ],
  ['process.selinuxLabel', ['x'], 'an array is not a string (process.selinuxLabel)'],
  ['process.selinuxLabel', 'x\u0000', '"x\\u0000" is not a string without NUL (process.selinuxLabel)'],
  ['process.oomScoreAdj', 1001, '1001 is not a whole number from -1000 to 1000 (process.oomScoreAdj)'],
  ['process.oomScoreAdj', -1001, '-1001 is not a whole number from -1000 to 1000 (process.oomScoreAdj)'],
  ['process.oomScoreAdj', '0', '"0" is not a whole number from -1000 to 1000 (process.oomScoreAdj)'],
  ['process.scheduler', {}, 'it is missing (process.scheduler.policy)'],
  [
    'process.scheduler',
    { policy: 'SCHED_NOTHING' },
    '"SCHED_NOTHING" is not one of SCHED_OTHER, SCHED_FIFO, SCHED_RR, SCHED_BATCH, SCHED_ISO, SCHED_IDLE, SCHED_DEADLINE (process.scheduler.policy)',
  ],
  [
    'process.scheduler',
    { policy: 'SCHED_FIFO' },
    '0 is not a whole number from 1 to 99 (process.scheduler.priority)',
  ],
  [
    'process.scheduler',
    { policy: 'SCHED_OTHER', priority: 1 },
    'SCHED_OTHER has no priorities (process.scheduler.priority)',
  ],
  [
    'process.scheduler',
    { policy: 'SCHED_OTHER', nice: 20 },
    '20 is not a whole number from -20 to 19 (process.scheduler.nice)',
  ],
  [
    'process.scheduler',
    { policy: 'SCHED_BATCH', runtime: 5000 },
    '5000 is only for SCHED_DEADLINE (process.scheduler.runtime)',
  ],
  [
    'process.scheduler',
    { policy: 'SCHED_DEADLINE', runtime: 20000, deadline: 10000, period: 5000 },
    '10000 is less than the runtime of 20000 (process.scheduler.deadline); 5000 is less than the deadline of 10000 (process.scheduler.period)',
  ],
  [
    'process.scheduler',
    { policy: 'SCHED_OTHER', flags: ['SCHED_FLAG_NOTHING'] },
    '"SCHED_FLAG_NOTHING" is not one of SCHED_FLAG_RESET_ON_FORK, SCHED_FLAG_RECLAIM, SCHED_FLAG_DL_OVERRUN, SCHED_FLAG_KEEP_POLICY, SCHED_FLAG_KEEP_PARAMS, SCHED_FLAG_UTIL_CLAMP_MIN, SCHED_FLAG_UTIL_CLAMP_MAX (process.scheduler.flags[0])',
  ],
  ['process.ioPriority', {}, 'it is missing (process.ioPriority.class)'],
  [
    'process.ioPriority',
    { class: 'IOPRIO_CLASS_NONE' },
    '"IOPRIO_CLASS_NONE" is not one of IOPRIO_CLASS_RT, IOPRIO_CLASS_BE, IOPRIO_CLASS_IDLE (process.ioPriority.class)',
  ],
  [
    'process.ioPriority',
    { class: 'IOPRIO_CLASS_BE', priority: 8 },
    '8 is not a whole number from 0 to 7 (process.ioPriority.priority)',
  ],
  [
    'process.execCPUAffinity',
    { initial: '0-' },
    '"0-" is not a list of numbers and ranges such as "0-3,7" (process.execCPUAffinity.initial)',
  ],
  ['process.execCPUAffinity', { final: 3 }, '3 is not a string (process.execCPUAffinity.final)'],
];
