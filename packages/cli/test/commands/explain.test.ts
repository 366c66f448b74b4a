import { type Plan, STEP_TABLE } from '@mini/contracts';
import test from 'ava';
import { formatPlan, formatPlanJson } from '../../src/commands/explain.js';
import { describeField } from '../../src/commands/explain-field.js';

const plan: Plan = {
  steps: [
    {
      op: 'mount',
      fstype: 'proc',
      source: 'proc',
      target: '/proc',
      options: [],
      attributes: 0xe,
      propagation: 1 << 18,
      origin: 'mounts[0]',
    },
    {
      op: 'mknod',
      path: '/dev/null',
      mode: 0o020666,
      device: 0x103n,
      uid: 0,
      gid: 0,
      tolerates: ['EPERM', 'EACCES'],
      otherwise: {
        op: 'bind',
        source: '/dev/null',
        fd: -1,
        target: '/dev/null',
        targetKind: 2,
        recursive: 0,
        attributesSet: 0,
        attributesClear: 0,
        attributesRecursive: 0,
        propagation: 0,
      },
    },
    { op: 'rlimit', resource: 7, soft: 5, hard: 2n ** 64n - 1n },
    { op: 'pivot_root' },
    { op: 'exec', argv: ['sh', '-c', 'a "b"'], env: [] },
  ],
};

test('a plan for people', (t) => {
  const does = (op: keyof typeof STEP_TABLE) => STEP_TABLE[op].does;
  const lines = formatPlan(plan).split('\n');
  const proc =
    'fstype="proc" source="proc" target="/proc" attributes=nosuid+nodev+noexec propagation=private';
  t.deepEqual(lines, [
    ` 1  mount       ${proc}  # mounts[0]; ${does('mount')}`,
    ` 2  mknod       ${'path="/dev/null" mode=020666 device=1:3 uid=0 gid=0'.padEnd(64)}  # ${does('mknod')}; may fail with EPERM, EACCES`,
    `or  bind        source="/dev/null" fd=-1 target="/dev/null" targetKind=file recursive=0 attributesRecursive=0  # ${does('bind')}`,
    ` 3  rlimit      ${'resource=RLIMIT_NOFILE soft=5 hard=unlimited'.padEnd(64)}  # ${does('rlimit')}`,
    ` 4  pivot_root  ${''.padEnd(64)}  # ${does('pivot_root')}`,
    ` 5  exec        ${'argv=["sh", "-c", "a \\"b\\""]'.padEnd(64)}  # ${does('exec')}`,
    '',
  ]);
});

test('a plan for programs loses nothing', (t) => {
  const steps = [
    ...plan.steps,
    { op: 'seccomp', flags: 0, program: new Uint8Array([1, 2, 255]) },
    { op: 'root_fd', fd: 5 },
  ] as Plan['steps'];
  const text = formatPlanJson({ steps });
  t.is(text.indexOf('\n'), text.length - 1);
  const parsed = JSON.parse(text);
  t.is(parsed.steps.length, 7);
  t.deepEqual(parsed.steps[0], plan.steps[0]);
  t.is(parsed.steps[1].device, 0x103);
  t.is(parsed.steps[1].otherwise.op, 'bind');
  t.is(parsed.steps[2].hard, '18446744073709551615');
  t.is(parsed.steps[5].program, 'AQL/');
});

test('an empty plan', (t) => {
  t.is(formatPlan({ steps: [] }), '');
  t.is(formatPlanJson({ steps: [] }), '{"steps":[]}\n');
});

test('numbers that have names', (t) => {
  t.is(describeField('unshare', 'flags', 0x2000080), 'newtime+newcgroup');
  t.is(describeField('seccomp', 'flags', 3), '3');
  t.is(describeField('mount', 'attributes', 0x80000001), 'rdonly+0x80000000');
  t.is(describeField('mount', 'attributes', 0), '');
  t.is(describeField('bounding_set', 'mask', 0b11), 'chown+dac_override');
  t.is(describeField('ambient_set', 'mask', 0), 'none');
  t.is(describeField('capabilities', 'effective', 2n ** 41n - 1n), 'all');
  t.is(describeField('umask', 'mask', 0o22), '022');
  t.is(describeField('rlimit', 'resource', 99), '99');
  t.is(describeField('groups', 'gids', [1, 2n]), '[1, 2]');
  t.is(describeField('seccomp', 'program', new Uint8Array(8)), '8 bytes');
});
