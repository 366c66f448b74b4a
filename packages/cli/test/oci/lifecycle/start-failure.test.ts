import { errnoOf, RuntimeError } from '@mini/contracts';
import test from 'ava';
import { describeStartFailure } from '../../../src/oci/lifecycle/start-failure.js';

const failure = (step: string, file: string, errno: string) =>
  new RuntimeError({ code: 'x', message: 'other', context: { step, file, errno: errnoOf(errno) } });

test('a command that cannot be run is told in the words that callers look for', (t) => {
  const cases = [
    ['find_exec', 'x', 'ENOENT', 'executable file not found in $PATH'],
    ['find_exec', 'x', 'EACCES', 'permission denied'],
    ['find_exec', '/x', 'ENOENT', 'stat /x: no such file or directory'],
    ['find_exec', '/x/y', 'ENOTDIR', 'stat /x/y: not a directory'],
    ['find_exec', '/etc', 'EACCES', 'permission denied'],
    ['exec', '/x', 'ENOEXEC', 'exec format error'],
    ['exec', '/x', 'ENOENT', 'no such file or directory'],
  ] as const;
  for (const [step, file, errno, reason] of cases) {
    const error = describeStartFailure(failure(step, file, errno)) as RuntimeError;
    t.is(error.message, `failed to start the process of the container: exec: "${file}": ${reason}`);
  }
});

test('anything else stays what it is', (t) => {
  const error = failure('mount', '/x', 'EPERM');
  t.is(describeStartFailure(error), error);
});
