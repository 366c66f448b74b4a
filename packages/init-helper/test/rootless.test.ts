import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { CLONE, type Step } from '@mini/contracts';
import test from 'ava';
import { driveAsUser, drivePlan } from './support/driver.js';
import {
  bindSample,
  devices,
  execSteps,
  makeBusyboxRoot,
  proc,
  rootSteps,
  sixNamespaces,
  skipReason,
} from './support/root.js';

const it = skipReason === undefined ? test : test.skip;
if (skipReason !== undefined) console.log(`skipped: user namespaces, it ${skipReason}`);

/** What an ordinary user's container is made of; devices are bound where they cannot be made. */
function rootlessSteps(root: string, script: string): Step[] {
  const nodes = devices.map((step) =>
    step.op === 'mknod'
      ? {
          ...step,
          tolerates: ['EPERM'],
          otherwise: { ...bindSample, source: step.path, target: step.path, targetKind: 2 },
        }
      : step,
  );
  return [
    { op: 'barrier', id: 3 },
    { op: 'dumpable', value: 0 },
    ...rootSteps(root),
    proc,
    ...nodes,
    { op: 'pivot_root' },
    { op: 'hostname', name: 'rootless' },
    { op: 'write_proc', path: '/proc/self/oom_score_adj', value: '100' },
    { op: 'mask', path: '/proc/uptime' },
    { op: 'read_only', path: '/proc/sys' },
    { op: 'gid', gid: 0 },
    { op: 'uid', uid: 0 },
    { op: 'ambient_set', mask: 0 },
    ...execSteps('sh', '-c', script),
  ];
}
const rootlessFlags = [`flags=${sixNamespaces | CLONE.NEWUSER}`, 'map'];
const rootlessScript = `
  id -u; echo lost > /dev/null; cat /dev/null; stat -c "%t:%T" /dev/zero; grep CapAmb /proc/1/status; hostname
  cat /proc/1/oom_score_adj; wc -c < /proc/uptime`;
const rootlessOutput = [
  'control kind=1 stage=6 step=3 error=0',
  '0',
  '1:5',
  'CapAmb:\t0000000000000000',
  'rootless',
  '100',
  '0',
  'exit 0',
];

it('in a user namespace: mapped by the parent at a barrier', async (t) => {
  const { root, remove } = makeBusyboxRoot();
  t.teardown(remove);
  const { stdout } = await drivePlan(rootlessSteps(root, rootlessScript), rootlessFlags);
  t.deepEqual(stdout.split('\n'), rootlessOutput);
});

const USER = 1000;
const canUnshare =
  skipReason === undefined &&
  spawnSync('unshare', ['-U', 'true'], { uid: USER, gid: USER, cwd: '/' }).status === 0;
if (!canUnshare)
  console.log('skipped: a container of an ordinary user, who may not make user namespaces here');

(canUnshare ? test : test.skip)('an ordinary user, root nowhere', async (t) => {
  const { root, beside, remove } = makeBusyboxRoot();
  t.teardown(remove);
  chmodSync(dirname(root), 0o755);
  for (const place of ['dev', 'proc']) mkdirSync(`${root}/${place}`);
  const { stdout } = await driveAsUser(USER, rootlessSteps(root, rootlessScript), rootlessFlags, beside);
  t.deepEqual(stdout.split('\n'), rootlessOutput);
});
