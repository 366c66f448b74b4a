import { CLONE, MS, type Step } from '@mini/contracts';
import test from 'ava';
import fc from 'fast-check';
import { planBytes } from './support/bytes.js';
import { startByHand } from './support/driver.js';
import { execSteps } from './support/root.js';
import { close, sampleSteps } from './support/samples.js';

const PASSED = 'failed to run the plan: there is no control socket on descriptor 4';
const NOBODY = 0xffffffff;

function check(steps: readonly Step[]): string {
  const { stderr, exitCode } = startByHand(planBytes(steps).bytes);
  return exitCode === 125 ? stderr : `exit code ${exitCode}`;
}

function bind(change: Partial<Extract<Step, { op: 'bind' }>>): Step {
  const sample = sampleSteps.find((step) => step.op === 'bind') as Extract<Step, { op: 'bind' }>;
  return { ...sample, ...change };
}

const [findExec, exec] = execSteps('sh') as [Step, Step];
const node = { op: 'mknod', path: '/x', mode: 0o20666, device: 0, uid: 0, gid: 0 } as const;
const terminal = { op: 'terminal', rows: 1, columns: 1, uid: 0, console: 0 } as const;

const undumpable = { op: 'dumpable', value: 0 } as const;
const join = { op: 'join_namespaces', fd: 5, flags: CLONE.NEWNS | CLONE.NEWPID } as const;

const joinFiles = { op: 'join_files', fds: [5], flags: [CLONE.NEWNET] } as const;
const hook = { op: 'hook', path: '/x', argv: ['x'], env: [], timeoutMs: 0, stateFd: 5 } as const;

const rejected: readonly [name: string, steps: readonly Step[], reason: string][] = [
  ['the plan itself as root', close([{ op: 'root_fd', fd: 3 }]), 'the descriptor is out of range (record 0)'],
  ['a root at -1', close([{ op: 'root_fd', fd: -1 }]), 'the descriptor is out of range (record 0)'],
  ['a root at 1024', close([{ op: 'root_fd', fd: 1024 }]), 'the descriptor is out of range (record 0)'],
  ['a bind of descriptor 4', close([bind({ fd: 4 })]), 'the descriptor is out of range (record 0)'],
  ['a bind of -2', close([bind({ fd: -2 })]), 'the descriptor is out of range (record 0)'],
  ['half a flag', close([bind({ recursive: 2 })]), 'a flag is neither 0 nor 1 (record 0)'],
  ['target kind 4', close([bind({ targetKind: 4 })]), 'the kind of target is unknown (record 0)'],
  [
    'two propagations',
    close([bind({ propagation: MS.PRIVATE | MS.SLAVE })]),
    'the propagation is unknown (record 0)',
  ],
  ['propagation 1', close([{ op: 'propagation', propagation: 1 }]), 'the propagation is unknown (record 0)'],
  [
    'user -1, which means no change',
    close([{ op: 'uid', uid: -1 }]),
    'a user or group is out of range (record 0)',
  ],
  ['user 2^32 - 1', close([{ op: 'uid', uid: NOBODY }]), 'a user or group is out of range (record 0)'],
  ['user 2^32', close([{ op: 'uid', uid: 2 ** 32 }]), 'a user or group is out of range (record 0)'],
  ['group 2^32 - 1', close([{ op: 'gid', gid: NOBODY }]), 'a user or group is out of range (record 0)'],
  [
    'such a group in a list',
    close([{ op: 'groups', gids: [1, NOBODY] }]),
    'a user or group is out of range (record 0)',
  ],
  ['such an owner', close([{ ...node, uid: NOBODY }]), 'a user or group is out of range (record 0)'],
  ['such a terminal', close([{ ...terminal, uid: NOBODY }]), 'a user or group is out of range (record 0)'],
  [
    'too many groups',
    close([{ op: 'groups', gids: new Array<number>(65537).fill(1) }]),
    'there are too many groups (record 0)',
  ],
  ['rows 65536', close([{ ...terminal, rows: 65536 }]), 'a number is out of range (record 0)'],
  [
    'a mode with a type',
    close([{ op: 'mkdir', path: '/x', mode: 0o40755 }]),
    'the mode is out of range (record 0)',
  ],
  ['a node without a type', close([{ ...node, mode: 0o666 }]), 'the mode is out of range (record 0)'],
  ['a socket as node', close([{ ...node, mode: 0o140666 }]), 'the mode is out of range (record 0)'],
  ['umask 01000', close([{ op: 'umask', mask: 0o1000 }]), 'the mode is out of range (record 0)'],
  [
    'resource 16',
    close([{ op: 'rlimit', resource: 16, soft: 0, hard: 0 }]),
    'the resource is unknown (record 0)',
  ],
  ['clone flag CLONE_VM', close([{ op: 'unshare', flags: 0x100 }]), 'a namespace is unknown (record 0)'],
  [
    'a write outside /proc',
    close([{ op: 'write_proc', path: '/etc/passwd', value: '' }]),
    'the path is not below /proc (record 0)',
  ],
  [
    'half an instruction',
    close([{ op: 'seccomp', flags: 0, program: new Uint8Array(12) }]),
    'the filter is cut (record 0)',
  ],
  [
    'no instruction',
    close([{ op: 'seccomp', flags: 0, program: new Uint8Array(0) }]),
    'the filter is cut (record 0)',
  ],
  [
    '4097 instructions',
    close([{ op: 'seccomp', flags: 0, program: new Uint8Array(4097 * 8) }]),
    'the filter is too long (record 0)',
  ],
  [
    'an alternative to nothing tolerated',
    close([{ op: 'setsid', otherwise: { op: 'setsid' } }]),
    'an alternative needs a tolerated errno (record 0)',
  ],
  ['no step', [], 'the last step is not exec'],
  ['no exec', [{ op: 'setsid' }], 'the last step is not exec'],
  ['exec without find_exec', [exec], 'exec comes before find_exec (record 0)'],
  ['a step after exec', [...close([]), { op: 'setsid' }], 'a step comes after exec (record 2)'],
  [
    'exec without argv[0]',
    [findExec, { op: 'exec', argv: [], env: [] }],
    'there is no argument zero (record 1)',
  ],
  ['an exec that may fail', [findExec, { ...exec, tolerates: ['ENOENT'] }], 'exec is optional (record 1)'],
  [
    'an exec that may be skipped',
    [findExec, { op: 'setsid', tolerates: ['EPERM'], otherwise: exec }],
    'exec is optional (record 2)',
  ],
  [
    'pivot_root without a root',
    close([{ op: 'pivot_root' }]),
    'changing the root comes before a root (record 0)',
  ],
  [
    'a root that is placed before it is there',
    close([{ op: 'place_root', path: '/srv' }]),
    'place_root is not between a root and changing to it (record 0)',
  ],
  [
    'a root that is placed after it was changed to',
    close([{ op: 'root_fd', fd: 5 }, { op: 'pivot_root' }, { op: 'place_root', path: '/srv' }]),
    'place_root is not between a root and changing to it (record 2)',
  ],
  ['a root without pivot_root', close([{ op: 'root_fd', fd: 5 }]), 'the root is never changed'],
  [
    'a pivot_root that may fail',
    close([
      { op: 'root_fd', fd: 5 },
      { op: 'pivot_root', tolerates: ['EINVAL'] },
    ]),
    'changing the root is optional (record 1)',
  ],
  ['joining nothing', close([undumpable, { ...join, flags: 0 }]), 'a namespace is unknown (record 1)'],
  [
    'joining by a flag that is no namespace',
    close([undumpable, { ...join, flags: CLONE.NEWNS | 0x100 }]),
    'a namespace is unknown (record 1)',
  ],
  [
    'joining by the control socket',
    close([undumpable, { ...join, fd: 4 }]),
    'the descriptor is out of range (record 1)',
  ],
  ['joining while others may trace the helper', close([join]), 'joining comes before dumpable (record 0)'],
  [
    'joining after it was closed to others and opened again',
    close([undumpable, { op: 'dumpable', value: 1 }, join]),
    'joining comes before dumpable (record 2)',
  ],
  [
    'a join that may fail: the command would run on the host',
    close([undumpable, { ...join, tolerates: ['ESRCH'] }]),
    'joining is optional (record 1)',
  ],
  [
    'a join that may be skipped',
    close([undumpable, { op: 'setsid', tolerates: ['EPERM'], otherwise: join }]),
    'joining is optional (record 2)',
  ],
  [
    'a namespace file for each of two kinds',
    close([undumpable, { ...joinFiles, flags: [CLONE.NEWNET, CLONE.NEWIPC] }]),
    'the namespaces do not match their files (record 1)',
  ],
  [
    'two kinds for one namespace file',
    close([undumpable, { ...joinFiles, flags: [CLONE.NEWNET | CLONE.NEWIPC] }]),
    'a namespace is unknown (record 1)',
  ],
  [
    'joining files while others may trace the helper',
    close([joinFiles]),
    'joining comes before dumpable (record 0)',
  ],
  [
    'new namespaces that may be missing',
    close([undumpable, { op: 'fork_new', flags: CLONE.NEWPID, tolerates: ['EPERM'] }]),
    'joining is optional (record 1)',
  ],
  ['waiting on the plan', close([{ op: 'wait_start', fd: 3 }]), 'the descriptor is out of range (record 0)'],
  [
    'more descriptors to keep than can be passed',
    close([{ op: 'preserve_fds', from: 5, count: 41 }]),
    'there are too many descriptors (record 0)',
  ],
  ['a hook without a name', close([{ ...hook, argv: [] }]), 'there is no argument zero (record 0)'],
  [
    'a hook that waits for ever',
    close([{ ...hook, timeoutMs: 2 ** 31 }]),
    'the time is out of range (record 0)',
  ],
  [
    'a fork that may fail',
    close([undumpable, join, { op: 'fork_into', tolerates: ['ENOMEM'] }]),
    'joining is optional (record 2)',
  ],
  [
    'a fork into nothing',
    close([undumpable, { op: 'fork_into' }]),
    'fork_into comes before join_namespaces (record 1)',
  ],
  [
    'a volume of the host for a container that runs',
    close([undumpable, join, bind({})]),
    'a path of the host comes after join_namespaces (record 2)',
  ],
  [
    'a root of the host for it',
    close([undumpable, join, { op: 'root_tree', source: '/', recursive: 1 }, { op: 'pivot_root' }]),
    'a path of the host comes after join_namespaces (record 2)',
  ],
  [
    "a monitor's step",
    close([{ op: 'unlink', path: '/x' } as unknown as Step]),
    "the step is a monitor's (record 0)",
  ],
];

test('accepts a process that enters a container', (t) => {
  t.is(check(close([undumpable, { op: 'setsid' }, join, { op: 'fork_into' }])), PASSED);
});

test('accepts a root of its own for who enters a network alone', (t) => {
  const root = [{ op: 'root_tree', source: '/srv/root', recursive: 1 }, { op: 'pivot_root' }] as const;
  t.is(check(close([undumpable, { ...join, flags: CLONE.NEWNET }, ...root])), PASSED);
});

for (const [name, steps, reason] of rejected) {
  test(`refuses ${name}`, (t) => t.is(check(steps), `failed to check the plan: ${reason}`));
}

test('a last record that wants an alternative is refused', (t) => {
  const { bytes, view } = planBytes([{ op: 'setsid', tolerates: ['EPERM'] }]);
  view.setUint16(18, 3, true);
  t.is(startByHand(bytes).stderr, 'failed to check the plan: the last record wants an alternative');
});

test('accepts a plan of every step', (t) => t.is(check(close(sampleSteps)), PASSED));

test('accepts random plans', (t) => {
  const text = fc.string({ unit: 'binary', maxLength: 40 }).map((value) => value.replaceAll('\0', ''));
  const step = fc
    .tuple(fc.constantFrom(...sampleSteps.filter(isFree)), text, fc.array(text, { maxLength: 5 }))
    .map(([sample, string, strings]) => fill(sample, string, strings));
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 30 }),
      fc.array(text, { minLength: 1 }),
      fc.array(text),
      (steps, argv, env) => {
        const plan: Step[] = [...steps, findExec, { op: 'exec', argv, env }];
        t.is(check(plan), PASSED);
      },
    ),
    { numRuns: 100 },
  );
});

/** Whether a step may stand anywhere and any number of times. */
function isFree({ op }: Step): boolean {
  if (op === 'join_namespaces' || op === 'fork_into' || op === 'overlay') return false;
  return !op.startsWith('root_') && op !== 'pivot_root' && op !== 'write_proc';
}

/** The sample with its texts replaced. */
function fill(sample: Step, string: string, strings: readonly string[]): Step {
  const entries = Object.entries(sample).map(([key, value]) => {
    if (key === 'op' || key === 'tolerates' || key === 'otherwise') return [key, value];
    if (typeof value === 'string') return [key, string];
    return [key, Array.isArray(value) && typeof value[0] === 'string' ? strings : value];
  });
  return Object.fromEntries(entries) as Step;
}
