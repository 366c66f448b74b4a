import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLONE, encodePlan } from '@mini/contracts';
import test from 'ava';
import { nsenterHelperPath } from '../src/index.js';

/** Starts mini-nsenter by hand with these bytes on descriptor 3 and this on those that follow. */
function start(
  bytes: Uint8Array,
  others: readonly ('ignore' | number)[] = [],
): { stderr: string; status: number | null } {
  const directory = mkdtempSync(join(tmpdir(), 'mini-plan-'));
  writeFileSync(join(directory, 'plan.bin'), bytes);
  const fd = openSync(join(directory, 'plan.bin'), 'r');
  try {
    const { stderr, status } = spawnSync(nsenterHelperPath(), [], {
      stdio: ['ignore', 'ignore', 'pipe', fd, ...others],
      encoding: 'utf8',
    });
    return { stderr, status };
  } finally {
    closeSync(fd);
    rmSync(directory, { recursive: true });
  }
}

test('the helper is there, static and small', (t) => {
  const { size, mode } = statSync(nsenterHelperPath());
  t.true(size < 48 * 1024, `${size} bytes`);
  t.is(mode & 0o111, 0o111);
});

test('a helper that was not built is named, with what to do', (t) => {
  const error = t.throws(() => nsenterHelperPath('/nonexistent/mini-nsenter'), {
    name: 'RuntimeError',
    code: 'helper-missing',
    message:
      'failed to find the helper "mini-nsenter": ENOENT no such file or directory "/nonexistent/mini-nsenter"',
  }) as Error & { context: { hint: string } };
  t.is(error.context.hint, 'build it with "npx nx build nsenter-helper"');
});

test('started by hand without descriptors', (t) => {
  const { stderr, status } = spawnSync(nsenterHelperPath(), [], { encoding: 'utf8' });
  t.deepEqual(
    { stderr, status },
    { stderr: 'failed to start "mini-nsenter": there is no plan on descriptor 3\n', status: 125 },
  );
});

test('a plan that is wrong', (t) => {
  const bytes = encodePlan({ steps: [{ op: 'setsid' }] });
  t.deepEqual(start(bytes), {
    stderr: 'failed to check the plan: the last step is not exec\n',
    status: 125,
  });
});

test('a plan that fails, without a parent to tell', (t) => {
  const bytes = encodePlan({
    steps: [
      { op: 'find_exec', file: 'sh', search: ['/nonexistent'] },
      { op: 'exec', argv: ['sh'], env: [] },
    ],
  });
  t.deepEqual(start(bytes), { stderr: 'failed to run the plan: errno 2 (record 0)\n', status: 125 });
});

test('a child is not forked where nobody would hear of it', (t) => {
  const bytes = encodePlan({
    steps: [
      { op: 'dumpable', value: 0 },
      { op: 'join_namespaces', fd: 5, flags: CLONE.NEWPID },
      { op: 'fork_into' },
      { op: 'find_exec', file: 'sh', search: ['/bin'] },
      { op: 'exec', argv: ['sh'], env: [] },
    ],
  });
  const pidNamespace = openSync('/proc/self/ns/pid', 'r');
  t.teardown(() => closeSync(pidNamespace));
  // ENOTSOCK; whoever may not join fails a step earlier, with EPERM.
  const message = process.getuid?.() === 0 ? 'errno 88 (record 2)' : 'errno 1 (record 1)';
  t.deepEqual(start(bytes, ['ignore', pidNamespace]), {
    stderr: `failed to run the plan: ${message}\n`,
    status: 125,
  });
});
