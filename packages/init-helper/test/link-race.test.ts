import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MS, type Step } from '@mini/contracts';
import test from 'ava';
import { execa } from 'execa';
import { drivePlan } from './support/driver.js';
import { execSteps, hostMounts, makeBusyboxRoot, proc, sixNamespaces, skipReason } from './support/root.js';

const it = skipReason === undefined ? test : test.skip;
if (skipReason !== undefined) console.log(`skipped: the link race, it ${skipReason}`);
const STARTS = Number(process.env.MINI_RACES ?? 150);

/** What the attacker exchanges with a link to the decoy, as the plan names it; each step works inside it. */
function stepsOn(root: string, volume: string): Step[] {
  const target = '/data/swapped';
  const tolerates = ['ENOENT', 'ENOTDIR', 'EEXIST', 'EAGAIN', 'ELOOP', 'EINVAL', 'EBUSY', 'ENODEV'];
  const flat = { attributes: 0, propagation: 0 };
  return [
    { op: 'propagation', propagation: MS.PRIVATE },
    { op: 'root_tree', source: root, recursive: 0 },
    {
      op: 'bind',
      source: volume,
      fd: -1,
      target: '/data',
      targetKind: 1,
      recursive: 0,
      attributesSet: 0,
      attributesClear: 0,
      attributesRecursive: 0,
      propagation: MS.PRIVATE,
    },
    proc,
    { op: 'mkdir', path: `${target}/made/deep`, mode: 0o755, tolerates },
    { op: 'symlink', content: '/x', path: `${target}/link`, tolerates },
    { op: 'mknod', path: `${target}/pipe`, mode: 0o010644, device: 0, uid: 1, gid: 1, tolerates },
    { op: 'mask', path: `${target}/kept`, tolerates },
    {
      op: 'mount',
      fstype: 'tmpfs',
      source: 'tmpfs',
      target: `${target}/mounted`,
      options: [],
      ...flat,
      tolerates,
    },
    { op: 'read_only', path: target, tolerates },
    { op: 'pivot_root' },
    ...execSteps('sh', '-c', 'echo ran'),
  ];
}

it('links exchanged during the set-up lead nowhere outside', async (t) => {
  const { root, beside: volume, remove } = makeBusyboxRoot();
  const decoy = mkdtempSync(join(tmpdir(), 'mini-decoy-'));
  t.teardown(remove);
  t.teardown(() => rmSync(decoy, { recursive: true }));
  writeFileSync(`${decoy}/kept`, 'kept');
  mkdirSync(`${volume}/swapped`);
  symlinkSync(decoy, `${volume}/link`);
  const listing = async () => (await execa('ls', ['-lAnR', '--time-style=full-iso', decoy])).stdout;
  const before = { decoy: await listing(), mounts: hostMounts(root, decoy) };
  const swapper = spawn(fileURLToPath(new URL('../tests/swapper', import.meta.url)), [
    `${volume}/swapped`,
    `${volume}/link`,
  ]);
  t.teardown(() => swapper.kill('SIGKILL'));
  await once(swapper.stdout, 'data');
  for (let start = 0; start < STARTS; start++) {
    const { stdout } = await drivePlan(stepsOn(root, volume), [`flags=${sixNamespaces}`]);
    t.is(stdout, 'ran\nexit 0');
    if ((start + 1) % 500 === 0) console.log(`links exchanged during the set-up: ${start + 1} of ${STARTS}`);
  }
  t.is(swapper.exitCode, null, 'it has exchanged them to the end');
  t.deepEqual({ decoy: await listing(), mounts: hostMounts(root, decoy) }, before);
});
