import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '@mini/cli';
import { isRuntimeError } from '@mini/contracts';
import test from 'ava';
import { countDescriptors, countDescriptorsAfter, listChildren } from '../support/library.js';
import { busyboxRoot, freshDirectory } from '../support/roots.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const root = { kind: 'directory', path: busyboxRoot(), overlay: false } as const;

/** Runs with its output in a file; returns the result and what was written. */
async function runAndRead(command: readonly string[], more: Partial<Parameters<typeof run>[0]> = {}) {
  const path = join(freshDirectory('out'), 'out');
  const fd = openSync(path, 'w');
  const nothing = openSync('/dev/null', 'r');
  try {
    const result = await run({ root, command, rm: true, ...more }, { stdio: [nothing, fd, fd] });
    return { ...result, output: readFileSync(path, 'utf8') };
  } finally {
    closeSync(fd);
    closeSync(nothing);
  }
}

test('run() of @mini/cli gives id, name, exit code and signal', async (t) => {
  const { id, output, ...rest } = await runAndRead(['sh', '-c', 'hostname; exit 3'], { name: 'e2e-run' });
  t.regex(id, /^[0-9a-f]{64}$/);
  t.deepEqual(rest, { name: 'e2e-run', exitCode: 3, signal: null, oomKilled: false, detached: false });
  t.is(output, `${id.slice(0, 12)}\n`);
});

test('an AbortSignal ends the container', async (t) => {
  const before = takeSnapshot();
  const controller = new AbortController();
  const result = await run(
    { root, command: ['sleep', '1000'], rm: true },
    { signal: controller.signal, onStarted: () => controller.abort() },
  );
  t.is(result.exitCode, 137);
  t.is(result.signal, 'SIGKILL');
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('what fails is rejected with a code, and leaves nothing', async (t) => {
  await runAndRead(['true']);
  const before = { snapshot: takeSnapshot(), descriptors: countDescriptors() };
  const missing = await t.throwsAsync(run({ root, command: ['nope'], rm: true }), {
    message: 'failed to find the executable "nope" (process.args[0]): ENOENT no such file or directory',
  });
  t.true(isRuntimeError(missing) && missing.code === 'command-not-found');
  await t.throwsAsync(run({ root: { ...root, path: '/nowhere' }, command: ['true'], rm: true }), {
    message: 'failed to open the root "/nowhere": ENOENT no such file or directory',
  });
  t.is(await countDescriptorsAfter(before.descriptors), before.descriptors);
  t.deepEqual(listChildren(), []);
  t.deepEqual(await differenceSince(before.snapshot), NOTHING);
});

test('ten in a row and five at once leave nothing', async (t) => {
  await runAndRead(['true']);
  const before = { snapshot: takeSnapshot(), descriptors: countDescriptors() };
  for (let count = 0; count < 10; count++) t.is((await runAndRead(['echo', 'one'])).output, 'one\n');
  const all = await Promise.all([0, 1, 2, 3, 4].map((index) => runAndRead(['echo', `${index}`])));
  t.deepEqual(
    all.map(({ output }) => output),
    ['0\n', '1\n', '2\n', '3\n', '4\n'],
  );
  t.is(await countDescriptorsAfter(before.descriptors), before.descriptors);
  t.deepEqual(listChildren(), []);
  t.deepEqual(await differenceSince(before.snapshot), NOTHING);
});
