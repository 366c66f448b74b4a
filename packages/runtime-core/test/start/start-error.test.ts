import type { Plan } from '@mini/contracts';
import test from 'ava';
import { startError } from '../../src/index.js';

const plan: Plan = {
  steps: [
    {
      op: 'mount',
      fstype: 'proc',
      source: 'proc',
      target: '/proc',
      options: [],
      attributes: 0,
      propagation: 0,
      origin: 'mounts[0]',
    },
    { op: 'find_exec', file: 'ls -l', search: ['/bin'], origin: 'process.args[0]' },
    { op: 'exec', argv: ['ls -l'], env: [], origin: 'process.args' },
    {
      op: 'bind',
      source: '/etc/passwd',
      fd: -1,
      target: '/etc',
      targetKind: 0,
      recursive: 1,
      attributesSet: 0,
      attributesClear: 0,
      attributesRecursive: 0,
      propagation: 0,
      origin: 'mounts[1]',
    },
  ],
};
const at = (step: number, errno: number) => startError(plan, { stage: 'run', step, errno });

test('a failed step is told by what it does, its object and its field', (t) => {
  const error = at(0, 1);
  t.is(error.code, 'start-failed');
  t.is(error.message, 'failed to mount "proc" on "/proc" (mounts[0]): EPERM operation not permitted');
  t.is(error.context.field, 'mounts[0]');
});

test('a command that is missing and one that cannot run are told apart', (t) => {
  const missing = at(1, 2);
  t.is(missing.code, 'command-not-found');
  t.is(
    missing.message,
    'failed to find the executable "ls -l" (process.args[0]): ENOENT no such file or directory',
  );
  t.is(
    missing.context.hint,
    "a command and its arguments are separate words; for a shell line use: sh -c 'ls -l'",
  );
  t.is(at(1, 13).code, 'command-not-executable');
  t.is(at(2, 8).message, 'failed to run "ls -l" (process.args): ENOEXEC exec format error');
});

test('a file bound on a directory is told with what can be bound on what', (t) => {
  const error = at(3, 20);
  t.is(error.message, 'failed to bind "/etc/passwd" on "/etc" (mounts[1]): ENOTDIR not a directory');
  t.is(error.context.hint, 'a directory can be bound on a directory only, and a file on a file');
  t.is(at(3, 2).context.hint, undefined);
});

test('a launch that fails is told by its stage', (t) => {
  const denied = startError(plan, { stage: 'clone', step: 0, errno: 1 });
  t.is(denied.code, 'namespaces-denied');
  t.is(denied.message, 'failed to create the namespaces of the container: EPERM operation not permitted');
  t.is(denied.context.hint, 'run it as root, or allow unprivileged user namespaces on this machine');
  t.is(
    startError(plan, { stage: 'cgroup', step: 0, errno: 28 }).message,
    "failed to join the container's cgroup: ENOSPC no space left on device",
  );
  const short = startError(plan, { stage: 'helper', step: 0, errno: 12 });
  t.is(short.code, 'start-failed');
  t.regex(short.message, /^failed to run the init helper: ENOMEM /);
  t.is(short.context.hint, 'the memory limit of the container may be less than one process needs');
});

test('a container that has ended cannot be entered', (t) => {
  const entering: Plan = { steps: [{ op: 'join_namespaces', fd: 5, flags: 1 }, { op: 'fork_into' }] };
  const ended = startError(entering, { stage: 'run', step: 0, errno: 3 });
  t.is(ended.code, 'container-not-running');
  t.is(ended.message, 'failed to enter the container: ESRCH no such process');
  const denied = startError(entering, { stage: 'run', step: 0, errno: 1 });
  t.is(denied.code, 'start-failed');
  t.is(denied.message, 'failed to enter the container: EPERM operation not permitted');
  const full = startError(entering, { stage: 'run', step: 1, errno: 11 });
  t.regex(full.message, /^failed to fork into the container: EAGAIN /);
  const launch = startError(entering, { stage: 'clone', step: 0, errno: 11 });
  t.regex(launch.message, /^failed to start a process in the container: EAGAIN /);
});
