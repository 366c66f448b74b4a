import { spawnSync } from 'node:child_process';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { MINI, mini } from '../support/mini.js';
import { busyboxRoot, freshBusyboxRoot, freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { crunWords, makeBundle, noCrun } from './support/bundle.js';

/** The owner of a file of the host after `program` has had it as its output. */
function ownerAfter(program: string, words: readonly string[]): { uid: number; gid: number; size: number } {
  const fd = openSync(join(freshDirectory(), 'output'), 'w+');
  try {
    spawnSync(program, words, { stdio: ['ignore', fd, fd] });
    const { uid, gid, size } = fstatSync(fd);
    return { uid, gid, size };
  } finally {
    closeSync(fd);
  }
}

testUnless(noCrun, 'attack-crun-stdio', 'crun gives a file of the host away: the attack is real', (t) => {
  const bundle = makeBundle(freshBusyboxRoot(), { uid: 1000, gid: 1000 });
  const [file, ...words] = crunWords(bundle);
  t.is(ownerAfter(file, words).uid, 1000);
});

test('a file of the host that is the output of a container keeps its owner', async (t) => {
  const run = ['run', '--rm', '-u', '1000:1000', '--rootfs', busyboxRoot(), 'echo', 'x'];
  t.deepEqual(ownerAfter(process.execPath, [MINI, ...run]), { uid: 0, gid: 0, size: 2 });
  const name = `stdio-${process.pid}`;
  await mini(['run', '-d', '--name', name, '--rootfs', busyboxRoot(), 'sleep', '1000']);
  try {
    const exec = ['exec', '-u', '1000:1000', name, 'echo', 'x'];
    t.deepEqual(ownerAfter(process.execPath, [MINI, ...exec]), { uid: 0, gid: 0, size: 2 });
  } finally {
    await mini(['rm', '-f', name]);
  }
});
