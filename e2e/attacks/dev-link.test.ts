import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { mini } from '../support/mini.js';
import { freshBusyboxRoot, freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { crunWords, makeBundle, noCrun } from './support/bundle.js';
import { makeDecoy } from './support/decoy.js';
import { startSwapper } from './support/swapper.js';

/** How often a racing attack is tried; the target `attacks-long` raises it. */
const RACES = Number(process.env.MINI_RACES ?? 12);

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
  for (let race = 0; race < RACES; race++) await mini(['run', '--rm', '--rootfs', root, 'true']);
  t.true(swapper.stop());
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
  const root = freshBusyboxRoot();
  for (let race = 0; race < RACES; race++) {
    const mounts = ['-v', `${volume}:/data`, '--tmpfs', '/data/target/made', '-w', '/data/target/work'];
    await mini(['run', '--rm', ...mounts, '--rootfs', root, 'true']);
  }
  t.true(swapper.stop());
  t.is(decoy.digest(), before);
});
