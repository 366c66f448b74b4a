import { CLONE, type Process, type Step } from '@mini/contracts';
import test from 'ava';
import { compileExecPlan, type ExecContext } from '../../src/index.js';

const process: Process = {
  user: { uid: 1000, gid: 1000, additionalGids: [10] },
  args: ['sh', '-c', 'true'],
  env: ['PATH=/bin:/opt/bin'],
  cwd: '/srv',
  noNewPrivileges: true,
  capabilities: { bounding: ['CAP_CHOWN'] },
};
const namespaces = CLONE.NEWNS | CLONE.NEWPID | CLONE.NEWUTS;
const compile = (change: Partial<Process> = {}, context: Partial<ExecContext> = {}) =>
  compileExecPlan({ ...process, ...change }, { namespaces, ...context }).steps;
const names = (steps: readonly Step[]) => steps.map(({ op }) => op);

test('the helper is closed to others, joins, forks, and goes on like the first process of a container', (t) => {
  t.deepEqual(names(compile()), [
    'dumpable',
    'setsid',
    'join_namespaces',
    'fork_into',
    'setsid',
    'session_keyring',
    'bounding_set',
    'keep_capabilities',
    'groups',
    'gid',
    'uid',
    'capabilities',
    'chdir',
    'capabilities',
    'ambient_set',
    'umask',
    'find_exec',
    'no_new_privileges',
    'exec',
  ]);
});

test('the container is the first passed descriptor, all its namespaces are entered at once', (t) => {
  t.deepEqual(
    compile().find(({ op }) => op === 'join_namespaces'),
    { op: 'join_namespaces', fd: 5, flags: namespaces },
  );
  t.deepEqual(compile()[0], { op: 'dumpable', value: 0, origin: 'process' });
});

test('without a PID namespace to enter nothing is forked, without any nothing is joined', (t) => {
  t.false(names(compile({}, { namespaces: CLONE.NEWNET })).includes('fork_into'));
  const beside = names(compile({}, { namespaces: 0 }));
  t.false(beside.includes('fork_into') || beside.includes('join_namespaces'));
});

test('in a user namespace root comes first, and pipes may stay what they are', (t) => {
  const steps = compile({}, { namespaces: namespaces | CLONE.NEWUSER, ownsStdio: true });
  t.deepEqual(names(steps).slice(2, 10), [
    'join_namespaces',
    'fork_into',
    'gid',
    'uid',
    'setsid',
    'chown_fd',
    'chown_fd',
    'chown_fd',
  ]);
  t.deepEqual(
    steps.slice(4, 9).map((step) => step.tolerates ?? []),
    [['EINVAL', 'EPERM'], ['EINVAL', 'EPERM'], [], ['EPERM', 'EINVAL'], ['EPERM', 'EINVAL']],
  );
});

test('a terminal is not the console, which is that of the first process', (t) => {
  const steps = compile({ terminal: true, consoleSize: { height: 24, width: 80 } });
  t.deepEqual(
    steps.find(({ op }) => op === 'terminal'),
    { op: 'terminal', rows: 24, columns: 80, uid: 1000, console: 0, origin: 'process.terminal' },
  );
});

test('a filter comes last', (t) => {
  t.deepEqual(names(compile({}, { seccomp: { program: new Uint8Array(8) } })).slice(-3), [
    'no_new_privileges',
    'seccomp',
    'exec',
  ]);
});
