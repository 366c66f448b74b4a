import type { MalformedRow } from './malformed-documents.js';

/** Filters: config-linux.md, seccomp. */
export const SECCOMP_ROWS: readonly MalformedRow[] = [
  ['linux.seccomp', {}, 'it is missing (linux.seccomp.defaultAction)'],
  ['linux.seccomp', null, 'null is not an object (linux.seccomp)'],
  [
    'linux.seccomp',
    { defaultAction: 'SCMP_ACT_NOTHING' },
    '"SCMP_ACT_NOTHING" is not one of SCMP_ACT_KILL, SCMP_ACT_KILL_PROCESS, SCMP_ACT_KILL_THREAD, SCMP_ACT_TRAP, SCMP_ACT_ERRNO, SCMP_ACT_TRACE, SCMP_ACT_ALLOW, SCMP_ACT_LOG, SCMP_ACT_NOTIFY (linux.seccomp.defaultAction)',
  ],
  [
    'linux.seccomp',
    { defaultAction: 'SCMP_ACT_NOTIFY' },
    'SCMP_ACT_NOTIFY cannot be the default (linux.seccomp.defaultAction)',
  ],
  [
    'linux.seccomp',
    { defaultAction: 'SCMP_ACT_ALLOW', defaultErrnoRet: 1 },
    'SCMP_ACT_ALLOW has no errno (linux.seccomp.defaultErrnoRet)',
  ],
  [
    'linux.seccomp',
    { defaultAction: 'SCMP_ACT_ERRNO', defaultErrnoRet: 4096 },
    '4096 is not a whole number from 0 to 4095 (linux.seccomp.defaultErrnoRet)',
  ],
  [
    'linux.seccomp',
    { defaultAction: 'SCMP_ACT_ALLOW', architectures: ['x86_64'] },
    '"x86_64" is not an architecture of seccomp (linux.seccomp.architectures[0])',
  ],
  [
    'linux.seccomp',
    { defaultAction: 'SCMP_ACT_ALLOW', flags: ['SECCOMP_FILTER_FLAG_NEW_LISTENER'] },
    '"SECCOMP_FILTER_FLAG_NEW_LISTENER" is not one of SECCOMP_FILTER_FLAG_TSYNC, SECCOMP_FILTER_FLAG_LOG, SECCOMP_FILTER_FLAG_SPEC_ALLOW, SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (linux.seccomp.flags[0])',
  ],
  [
    'linux.seccomp',
    { defaultAction: 'SCMP_ACT_ALLOW', listenerPath: 'sock' },
    '"sock" is not an absolute path (linux.seccomp.listenerPath)',
  ],
  [
    'linux.seccomp',
    { defaultAction: 'SCMP_ACT_ALLOW', listenerMetadata: 'x' },
    'it needs a listenerPath (linux.seccomp.listenerMetadata)',
  ],
  [
    'linux.seccomp',
    { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: [], action: 'SCMP_ACT_ERRNO' }] },
    'it has 0 items, at least 1 is needed (linux.seccomp.syscalls[0].names)',
  ],
  [
    'linux.seccomp',
    { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ action: 'SCMP_ACT_ERRNO' }] },
    'it is missing (linux.seccomp.syscalls[0].names)',
  ],
  [
    'linux.seccomp',
    { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: [''], action: 'SCMP_ACT_ERRNO' }] },
    '"" is not a string with at least one character (linux.seccomp.syscalls[0].names[0])',
  ],
  [
    'linux.seccomp',
    { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: ['read\u0000'], action: 'SCMP_ACT_ERRNO' }] },
    '"read\\u0000" is not a string without NUL (linux.seccomp.syscalls[0].names[0])',
  ],
  [
    'linux.seccomp',
    { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: ['read'] }] },
    'it is missing (linux.seccomp.syscalls[0].action)',
  ],
  [
    'linux.seccomp',
    { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: ['read'], action: 'SCMP_ACT_DENY' }] },
    '"SCMP_ACT_DENY" is not one of SCMP_ACT_KILL, SCMP_ACT_KILL_PROCESS, SCMP_ACT_KILL_THREAD, SCMP_ACT_TRAP, SCMP_ACT_ERRNO, SCMP_ACT_TRACE, SCMP_ACT_ALLOW, SCMP_ACT_LOG, SCMP_ACT_NOTIFY (linux.seccomp.syscalls[0].action)',
  ],
  [
    'linux.seccomp',
    {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: ['read'], action: 'SCMP_ACT_KILL', errnoRet: 1 }],
    },
    'SCMP_ACT_KILL has no errno (linux.seccomp.syscalls[0].errnoRet)',
  ],
  [
    'linux.seccomp',
    { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: ['read'], action: 'SCMP_ACT_NOTIFY' }] },
    'SCMP_ACT_NOTIFY needs a listenerPath (linux.seccomp.syscalls[0].action)',
  ],
  [
    'linux.seccomp',
    {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [
        { names: ['read'], action: 'SCMP_ACT_ERRNO', args: [{ index: 6, value: 0, op: 'SCMP_CMP_EQ' }] },
      ],
    },
    '6 is not a whole number from 0 to 5 (linux.seccomp.syscalls[0].args[0].index)',
  ],
  [
    'linux.seccomp',
    {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [
        { names: ['read'], action: 'SCMP_ACT_ERRNO', args: [{ index: 0, value: -1, op: 'SCMP_CMP_EQ' }] },
      ],
    },
    '-1 is not a whole number from 0 to 18446744073709551615 (linux.seccomp.syscalls[0].args[0].value)',
  ],
  [
    'linux.seccomp',
    {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [
        {
          names: ['read'],
          action: 'SCMP_ACT_ERRNO',
          args: [{ index: 0, value: 18446744073709551616n, op: 'SCMP_CMP_EQ' }],
        },
      ],
    },
    '18446744073709551616 is not a whole number from 0 to 18446744073709551615 (linux.seccomp.syscalls[0].args[0].value)',
  ],
  [
    'linux.seccomp',
    {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: ['read'], action: 'SCMP_ACT_ERRNO', args: [{ index: 0, value: 0, op: '==' }] }],
    },
    '"==" is not one of SCMP_CMP_NE, SCMP_CMP_LT, SCMP_CMP_LE, SCMP_CMP_EQ, SCMP_CMP_GE, SCMP_CMP_GT, SCMP_CMP_MASKED_EQ (linux.seccomp.syscalls[0].args[0].op)',
  ],
  [
    'linux.seccomp',
    {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [
        {
          names: ['read'],
          action: 'SCMP_ACT_ERRNO',
          args: [{ index: 0, value: 0, valueTwo: '1', op: 'SCMP_CMP_MASKED_EQ' }],
        },
      ],
    },
    '"1" is not a whole number from 0 to 18446744073709551615 (linux.seccomp.syscalls[0].args[0].valueTwo)',
  ],
  [
    'linux.seccomp',
    {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: ['read'], action: 'SCMP_ACT_ERRNO', args: [{}] }],
    },
    'it is missing (linux.seccomp.syscalls[0].args[0].index); it is missing (linux.seccomp.syscalls[0].args[0].value); it is missing (linux.seccomp.syscalls[0].args[0].op)',
  ],
  [
    'linux.seccomp',
    {
      defaultAction: 'SCMP_ACT_ALLOW',
      listenerPath: '/s',
      syscalls: [{ names: ['read', 'sendmsg'], action: 'SCMP_ACT_NOTIFY' }],
    },
    'SCMP_ACT_NOTIFY for "sendmsg" would stop the start itself (linux.seccomp.syscalls[0].names[1])',
  ],
];
