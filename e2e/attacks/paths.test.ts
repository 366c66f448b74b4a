import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { mini, startMini } from '../support/mini.js';
import { busyboxRoot, freshBusyboxRoot } from '../support/roots.js';
import { makeDecoy } from './support/decoy.js';

/** A caller that leaks descriptors 3 to 20, each an open directory of the host. */
const LEAKING = ['bash', '-c', 'for n in {3..20}; do eval "exec $n</"; done; exec "$@"', 'bash'];

test('a leaked descriptor leads to the host where nobody closes it: the attack is real', async (t) => {
  const { stdout } = await startMini([], {}, [...LEAKING, 'sh', '-c', 'cd /proc/self/fd/7 && pwd -P; exit']);
  t.is(stdout, '/\n');
});

test('no working directory leads out by a leaked descriptor', async (t) => {
  for (const fd of [3, 4, 5, 6, 7, 8, 9, 12, 16, 20, 30]) {
    const words = ['run', '--rm', '-w', `/proc/self/fd/${fd}`, '--rootfs', busyboxRoot(), 'pwd'];
    const { exitCode, stdout } = await startMini(words, {}, LEAKING);
    t.deepEqual({ exitCode, stdout }, { exitCode: 125, stdout: '' }, `descriptor ${fd}`);
  }
});

test('the working directory is below the root of the container', async (t) => {
  const words = ['run', '--rm', '--rootfs', busyboxRoot(), 'sh', '-c', 'pwd; ls -d /proc/self/cwd/bin'];
  t.is((await startMini(words, {}, LEAKING)).stdout, '/\n/proc/self/cwd/bin\n');
});

test('a link in the image leads who follows it to the host: the trap is set', (t) => {
  const decoy = makeDecoy();
  const before = decoy.digest();
  const root = freshBusyboxRoot();
  symlinkSync(decoy.path, join(root, 'absolute'));
  mkdirSync(join(root, 'absolute/work'));
  t.not(decoy.digest(), before);
});

for (const [kind, make] of [
  ['absolute', (decoy: string) => decoy],
  ['relative', (decoy: string) => `../../../../../../../..${decoy}`],
] as const) {
  test(`a working directory behind a link that is ${kind} is made in the container or not at all`, async (t) => {
    const decoy = makeDecoy();
    const before = decoy.digest();
    const root = freshBusyboxRoot();
    symlinkSync(make(decoy.path), join(root, 'work'));
    for (const directory of ['/work', '/work/made', '/work/../work/made/deep']) {
      const { stdout } = await mini(['run', '--rm', '-w', directory, '--rootfs', root, 'ls']);
      t.notRegex(stdout, /secret|kept/);
      await mini(['run', '--rm', '-v', `${freshBusyboxRoot()}:${directory}`, '--rootfs', root, 'true']);
      await mini(['run', '--rm', '--tmpfs', `${directory}/x`, '-u', '1000', '--rootfs', root, 'true']);
    }
    t.is(decoy.digest(), before);
  });
}
