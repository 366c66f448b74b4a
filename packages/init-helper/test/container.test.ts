import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { capabilityMask, MOUNT_ATTR, MS } from '@mini/contracts';
import test from 'ava';
import { drivePlan } from './support/driver.js';
import {
  bindSample,
  containerSteps,
  execSteps,
  hostMounts,
  makeBusyboxRoot,
  sixNamespaces,
  skipReason,
} from './support/root.js';

const it = skipReason === undefined ? test : test.skip;
if (skipReason !== undefined) console.log(`skipped: running containers, it ${skipReason}`);
const flags = [`flags=${sixNamespaces}`];

it('a container: its own root, processes, names and devices; the host sees none of it', async (t) => {
  const { root, remove } = makeBusyboxRoot();
  t.teardown(remove);
  const before = hostMounts(root);
  const script = `
    echo "pid $$, $(tr '\\0' ' ' < /proc/1/cmdline | head -n 1)"; echo $(ls /), $(ls /dev)
    ls /proc | grep -c '^[0-9]'; hostname; stat -c '%a %t:%T' /dev/null; umask; pwd; echo lost > /dev/null
    echo $(ls /proc/self/fd), $(ifconfig lo | grep -o RUNNING); mount | cut -d ' ' -f 3,5 | sort | tr '\\n' ' '`;
  const { stdout } = await drivePlan(
    containerSteps(root, script, [
      { op: 'hostname', name: 'inside' },
      { op: 'loopback_up' },
      { op: 'umask', mask: 0o27 },
    ]),
    [...flags, 'leak'],
  );
  t.deepEqual(stdout.split('\n'), [
    'pid 1, sh -c ',
    'bin dev proc, fd null ptmx pts zero',
    '3',
    'inside',
    '666 1:3',
    '0027',
    '/',
    '0 1 2 3, RUNNING',
    `/ ${fstypeOf('/tmp')} /dev tmpfs /dev/pts devpts /proc proc exit 0`,
  ]);
  t.deepEqual(hostMounts(root), before);
});

/** Type of the file system that `path` lies on. */
function fstypeOf(path: string): string {
  const lines = readFileSync('/proc/mounts', 'utf8').split('\n');
  const mounts = lines.map((line) => line.split(' ')).filter(([, at]) => at === path || at === '/');
  return mounts.at(-1)?.[2] ?? '';
}

it('a new file system as root, the commands bound into it read-only', async (t) => {
  const { root, remove } = makeBusyboxRoot();
  t.teardown(remove);
  const { stdout } = await drivePlan(
    [
      { op: 'propagation', propagation: MS.PRIVATE },
      { op: 'root_fs', fstype: 'tmpfs', source: 'tmpfs', options: ['mode=711', 'size=1m'], attributes: 2 },
      { ...bindSample, source: `${root}/bin`, target: '/usr/bin', attributesSet: MOUNT_ATTR.RDONLY },
      { op: 'symlink', content: 'usr/bin', path: '/bin' },
      { op: 'pivot_root' },
      ...execSteps('sh', '-c', 'stat -c %a /; touch /file /bin/new; ls /'),
    ],
    flags,
  );
  t.deepEqual(stdout.split('\n'), ['711', 'bin', 'file', 'usr', 'exit 0']);
});

it('an overlay as root', async (t) => {
  const { root, beside, remove } = makeBusyboxRoot();
  t.teardown(remove);
  writeFileSync(`${beside}/upper=1,2`, 'from the upper layer\n');
  const { stdout, stderr } = await drivePlan(
    [
      { op: 'propagation', propagation: MS.PRIVATE },
      {
        op: 'root_fs',
        fstype: 'overlay',
        source: 'overlay',
        options: [`lowerdir=${beside}:${root}`],
        attributes: MOUNT_ATTR.NODEV,
      },
      { op: 'pivot_root' },
      ...execSteps('sh', '-c', 'cat "/upper=1,2"; ls /; touch /file'),
    ],
    flags,
  );
  t.deepEqual(stdout.split('\n'), ['from the upper layer', 'bin', 'upper=1,2', 'exit 1']);
  t.is(stderr, 'touch: /file: Read-only file system');
});

it('an overlay that the helper mounts from paths, whatever characters are in them', async (t) => {
  const { root, beside, remove } = makeBusyboxRoot();
  t.teardown(remove);
  const [lower, upper, work] = ['a:b,c\\d', 'upper', 'work'].map((name) => `${beside}/${name}`) as [
    string,
    string,
    string,
  ];
  for (const path of [lower, `${lower}/sub`, upper, work]) mkdirSync(path);
  writeFileSync(`${lower}/file`, 'from the lower layer\n');
  const [below, upperBelow, workBelow] = ['below', 'upper2', 'work2'].map((name) => `${beside}/${name}`) as [
    string,
    string,
    string,
  ];
  for (const path of [below, upperBelow, workBelow]) mkdirSync(path);
  const submount = { lowers: [below], upper: upperBelow, work: workBelow };
  const { stdout, stderr } = await drivePlan(
    [
      { op: 'propagation', propagation: MS.PRIVATE },
      { op: 'overlay', lowers: [lower, root], upper, work, target: '', options: [] },
      { op: 'overlay', ...submount, target: '/sub', options: [] },
      { op: 'pivot_root' },
      ...execSteps('sh', '-c', 'cat /file; echo new > /made; echo new > /sub/made; ls /sub'),
    ],
    flags,
  );
  t.is(stderr, '');
  t.is(stdout.split('\n')[0], 'from the lower layer');
  t.is(readFileSync(`${upper}/made`, 'utf8'), 'new\n');
  t.is(readFileSync(`${submount.upper}/made`, 'utf8'), 'new\n');
});

it('an overlay of more layers than one option holds', async (t) => {
  const { root, beside, remove } = makeBusyboxRoot();
  t.teardown(remove);
  const lowers = Array.from({ length: 50 }, (_, index) => `${beside}/layer-${index}`);
  for (const [index, path] of lowers.entries()) {
    mkdirSync(path);
    writeFileSync(`${path}/${index}`, '');
  }
  const [upper, work] = [`${beside}/upper`, `${beside}/work`];
  for (const path of [upper, work]) mkdirSync(path);
  const { stdout } = await drivePlan(
    [
      { op: 'propagation', propagation: MS.PRIVATE },
      { op: 'overlay', lowers: [...lowers, root], upper, work, target: '', options: [] },
      { op: 'pivot_root' },
      ...execSteps('sh', '-c', 'ls / | wc -l'),
    ],
    flags,
  );
  t.is(stdout.split('\n')[0], '51');
});

it('detached mounts of the parent as root and as volume', async (t) => {
  const { root, beside, remove } = makeBusyboxRoot();
  t.teardown(remove);
  const { stdout } = await drivePlan(
    [
      { op: 'propagation', propagation: MS.PRIVATE },
      { op: 'root_fd', fd: 5 },
      { ...bindSample, source: '', fd: 6, target: '/data/volume', targetKind: 1 },
      { op: 'pivot_root' },
      ...execSteps('sh', '-c', 'echo written > /data/volume/file; ls /'),
    ],
    [...flags, `tree=${root}`, `tree=${beside}`],
  );
  t.deepEqual(stdout.split('\n'), ['bin', 'data', 'exit 0']);
  t.is(readFileSync(`${beside}/file`, 'utf8'), 'written\n');
});

it('a parent that dies at a barrier takes the helper with it, which says nothing', async (t) => {
  const steps = [{ op: 'barrier', id: 1 } as const, ...execSteps('sh')];
  const { stdout, stderr } = await drivePlan(steps, ['hang-up=1']);
  t.deepEqual({ stdout, stderr }, { stdout: 'control kind=1 stage=6 step=1 error=0\nexit 1', stderr: '' });
});

it('a plan that is wrong is reported before its first step', async (t) => {
  const { stdout } = await drivePlan([{ op: 'barrier', id: 1 }, { op: 'uid', uid: -1 }, ...execSteps('sh')]);
  t.is(stdout, 'control kind=2 stage=5 step=1 error=74\nexit 125');
});

it('no plan at all is reported', async (t) => {
  const { stdout } = await drivePlan([], ['plan=/dev/null']);
  t.is(stdout, 'control kind=2 stage=4 step=-1 error=22\nexit 125');
});

it('the privileges that a process ends up with', async (t) => {
  const { root, remove } = makeBusyboxRoot();
  t.teardown(remove);
  const kept = capabilityMask(['CAP_KILL', 'CAP_NET_BIND_SERVICE']);
  const script = `
    id; ulimit -n; grep -E '^(Cap|NoNewPrivs)' /proc/self/status | tr -s '\\t' ' '; touch /file; kill -0 1; umask`;
  const { stdout } = await drivePlan(
    containerSteps(root, script, [
      { op: 'rlimit', resource: 7, soft: 100, hard: 200 },
      { op: 'bounding_set', mask: kept },
      { op: 'keep_capabilities' },
      { op: 'groups', gids: [7, 8] },
      { op: 'gid', gid: 1001 },
      { op: 'uid', uid: 1000 },
      { op: 'capabilities', effective: kept, permitted: kept, inheritable: kept },
      { op: 'ambient_set', mask: capabilityMask(['CAP_NET_BIND_SERVICE']) },
      { op: 'no_new_privileges' },
    ]),
    flags,
  );
  t.deepEqual(stdout.split('\n'), [
    'uid=1000 gid=1001 groups=7,8',
    '100',
    'CapInh: 0000000000000420',
    'CapPrm: 0000000000000400',
    'CapEff: 0000000000000400',
    'CapBnd: 0000000000000420',
    'CapAmb: 0000000000000400',
    'NoNewPrivs: 1',
    '0022',
    'exit 0',
  ]);
});
