import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type MountRequest, type RunRequest, run } from '@mini/cli';
import { isRuntimeError } from '@mini/contracts';
import test from 'ava';
import { mini } from '../support/mini.js';
import { runRaces } from '../support/races.js';
import { freshBusyboxRoot, freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { crunWords, makeBundle, noCrun } from './support/bundle.js';
import { makeDecoy } from './support/decoy.js';
import { startSwapper } from './support/swapper.js';

/** How often a container is started while names are exchanged. */
const STARTS = 150;

/** Starts one by the engine, in this process: a start of Node for each of thousands would take most of the time. */
async function start(request: RunRequest): Promise<number> {
  try {
    await run({ ...request, command: ['true'], rm: true });
    return 1;
  } catch (error) {
    if (isRuntimeError(error)) return 0;
    throw error;
  }
}

/** An image in which `path` is a link to the decoy. */
function trap(decoy: string, path: string): string {
  const root = freshBusyboxRoot();
  rmSync(join(root, path), { recursive: true, force: true });
  mkdirSync(join(root, path, '..'), { recursive: true });
  symlinkSync(decoy, join(root, path));
  return root;
}

testUnless(noCrun, 'attack-crun', 'crun falls for a /dev that is a link: the attack is real', async (t) => {
  const decoy = makeDecoy();
  const before = decoy.digest();
  const [file, ...words] = crunWords(makeBundle(trap(decoy.path, 'dev')));
  spawnSync(file, words, { stdio: 'ignore' });
  t.not(decoy.digest(), before);
});

for (const path of ['dev', 'dev/null', 'dev/pts', 'dev/shm', 'proc', 'sys', 'etc/hosts', 'etc/resolv.conf']) {
  test(`an image whose /${path} is a link changes nothing of the host`, async (t) => {
    const decoy = makeDecoy();
    const before = decoy.digest();
    const root = trap(decoy.path, path);
    const script = 'echo x > /dev/null; cat /proc/keys | wc -c; ls -d /dev/pts';
    const { stdout } = await mini(['run', '--rm', '--rootfs', root, 'sh', '-c', script]);
    // Either it ran, in a container whose files are its own, or it was refused.
    t.regex(stdout, /^(0\n\/dev\/pts\n)?$/);
    t.is(decoy.digest(), before);
  });
}

test('a /dev that is exchanged with a link during the start changes nothing of the host', async (t) => {
  const decoy = makeDecoy();
  const before = decoy.digest();
  const root = freshBusyboxRoot();
  mkdirSync(join(root, 'dev'), { recursive: true });
  symlinkSync(decoy.path, join(root, 'link'));
  const swapper = await startSwapper(join(root, 'dev'), join(root, 'link'));
  const request: RunRequest = { root: { kind: 'directory', path: root, overlay: false } };
  const { races, done } = await runRaces('a /dev that is exchanged', STARTS, () => start(request));
  t.true(swapper.stop());
  t.log(`${done} of ${races} containers ran`);
  t.true(done > 0);
  t.is(decoy.digest(), before);
});

test('the race is won by who follows paths: the trap is set', async (t) => {
  const decoy = makeDecoy();
  const before = decoy.digest();
  const volume = freshDirectory('volume');
  mkdirSync(join(volume, 'target'));
  symlinkSync(decoy.path, join(volume, 'link'));
  const swapper = await startSwapper(join(volume, 'target'), join(volume, 'link'));
  for (let race = 0; race < 10_000 && decoy.digest() === before; race++) {
    try {
      mkdirSync(join(volume, `target/made-${race}`));
      renameSync(join(volume, `target/made-${race}`), join(volume, `target/moved-${race}`));
    } catch {
      // Between the two calls it was another directory.
    }
  }
  swapper.stop();
  t.not(decoy.digest(), before);
});

test('targets of mounts that are exchanged with a link during the start lead nowhere outside', async (t) => {
  const decoy = makeDecoy();
  const before = decoy.digest();
  const volume = freshDirectory('volume');
  mkdirSync(join(volume, 'target'));
  symlinkSync(decoy.path, join(volume, 'link'));
  const swapper = await startSwapper(join(volume, 'target'), join(volume, 'link'));
  const mounts: MountRequest[] = [
    { type: 'bind', source: volume, target: '/data', options: [], createSource: true, origin: 'volume' },
    { type: 'tmpfs', target: '/data/target/made', options: [], createSource: false, origin: 'tmpfs' },
  ];
  const request: RunRequest = {
    root: { kind: 'directory', path: freshBusyboxRoot(), overlay: false },
    mounts,
    workdir: '/data/target/work',
  };
  const { races, done } = await runRaces('targets that are exchanged', STARTS, () => start(request));
  t.true(swapper.stop());
  t.log(`${done} of ${races} containers ran`);
  t.true(done > 0);
  t.is(decoy.digest(), before);
});
