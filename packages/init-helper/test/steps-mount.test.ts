import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { encodePlan, MOUNT_ATTR, MS, type Step } from '@mini/contracts';
import test from 'ava';
import { execa } from 'execa';
import { initHelperPath } from '../src/index.js';
import { drivePlan } from './support/driver.js';
import { containerSteps, makeBusyboxRoot, sixNamespaces, skipReason } from './support/root.js';
import { bind, failure, runInContainer, type Tree, tmpfs } from './support/run.js';

const it = skipReason === undefined ? test : test.skip;
if (skipReason !== undefined) console.log(`skipped: mounting, it ${skipReason}`);
const flags = [`flags=${sixNamespaces}`];

it('masked files are empty, masked directories too, and neither takes a write', async (t) => {
  const script = `
    wc -c < /secret; echo > /secret; wc -c < /secret; ls -A /keys; touch /keys/new; cat /keys/key; stat -c %t:%T /secret`;
  const { stdout, stderr, root } = await runInContainer(
    t,
    script,
    () => [
      { op: 'mask', path: '/secret' },
      { op: 'mask', path: '/keys' },
      { op: 'mask', path: '/missing', tolerates: ['ENOENT'] },
    ],
    ({ root: tree }) => {
      writeFileSync(`${tree}/secret`, 'secret');
      mkdirSync(`${tree}/keys`);
      writeFileSync(`${tree}/keys/key`, 'key');
    },
  );
  t.deepEqual(stdout.split('\n'), ['0', '0', '1:3', 'exit 0']);
  t.deepEqual(stderr.split('\n'), [
    'touch: /keys/new: Read-only file system',
    "cat: can't open '/keys/key': No such file or directory",
  ]);
  t.is(readFileSync(`${root}/secret`, 'utf8'), 'secret');
});

it('nothing is masked with a null device that is none', async (t) => {
  const { root, remove } = makeBusyboxRoot();
  t.teardown(remove);
  mkdirSync(`${root}/dev`);
  writeFileSync(`${root}/dev/null`, 'not empty');
  const steps: Step[] = [
    { op: 'propagation', propagation: MS.PRIVATE },
    { op: 'root_tree', source: root, recursive: 0 },
    { op: 'mask', path: '/dev/null', tolerates: ['ENOENT'] },
    { op: 'pivot_root' },
    { op: 'find_exec', file: 'true', search: ['/bin'] },
    { op: 'exec', argv: ['true'], env: [] },
  ];
  t.is((await drivePlan(steps, flags)).stdout, failure(steps, 'mask', 19));
});

it('read-only goes down to the mounts below', async (t) => {
  const script = 'echo 1 > /data/file; echo 1 > /data/below/file; echo 1 > /other';
  const { stdout, stderr } = await runInContainer(t, script, () => [
    { ...tmpfs, target: '/data' },
    { ...tmpfs, target: '/data/below' },
    { op: 'read_only', path: '/data' },
  ]);
  t.is(stdout, 'exit 0');
  t.deepEqual(stderr.split('\n'), [
    "sh: can't create /data/file: Read-only file system",
    "sh: can't create /data/below/file: Read-only file system",
  ]);
});

it('the attributes of a mount change, and those below stay when they are not asked', async (t) => {
  const script = 'echo 1 > /data/file; echo 1 > /data/below/file; grep -c " /data .*nosuid" /proc/mounts';
  const { stdout, stderr } = await runInContainer(t, script, () => [
    { ...tmpfs, target: '/data' },
    { ...tmpfs, target: '/data/below' },
    {
      op: 'mount_attributes',
      target: '/data',
      attributesSet: MOUNT_ATTR.RDONLY | MOUNT_ATTR.NOSUID,
      attributesClear: 0,
      recursive: 0,
      propagation: 0,
    },
  ]);
  t.is(stdout, '1\nexit 0');
  t.is(stderr, "sh: can't create /data/file: Read-only file system");
});

it('a bind makes the target that its source is like, with its parents', async (t) => {
  const { root, beside, remove } = makeBusyboxRoot();
  t.teardown(remove);
  writeFileSync(`${beside}/file`, 'bound\n');
  const steps = containerSteps(root, 'cat /a/b/file /c/d/file; echo 1 > /c/d/file');
  const pivot = steps.findIndex((step) => step.op === 'pivot_root');
  steps.splice(
    pivot,
    0,
    { ...bind, source: `${beside}/file`, target: '/a/b/file' },
    { ...bind, source: beside, target: '/c/d', attributesSet: MOUNT_ATTR.RDONLY },
  );
  const { stdout, stderr } = await drivePlan(steps, flags);
  t.deepEqual(stdout.split('\n'), ['bound', 'bound', 'exit 1']);
  t.is(stderr, "sh: can't create /c/d/file: Read-only file system");
});

it('a target that must exist and does not', async (t) => {
  const { stdout, steps } = await runInContainer(t, 'true', () => [
    { ...bind, source: '/bin', targetKind: 0 },
  ]);
  t.is(stdout, failure(steps, 'bind', 2));
});

it('a file system nobody knows, an option it does not know', async (t) => {
  const unknown = await runInContainer(t, 'true', () => [{ ...tmpfs, fstype: 'nonesuchfs' }]);
  t.is(unknown.stdout, failure(unknown.steps, 'mount', 19));
  const option = await runInContainer(t, 'true', () => [{ ...tmpfs, options: ['nonesuch=1'] }]);
  t.is(option.stdout, failure(option.steps, 'mount', 22));
});

const decoys: readonly [name: string, link: string, content: (tree: Tree) => string][] = [
  ['/dev an absolute link to the host', 'dev', ({ beside }) => beside],
  ['/dev a relative link out of the root', 'dev', () => '../beside'],
  ['/proc a link to the host', 'proc', ({ beside }) => beside],
];

for (const [name, link, content] of decoys) {
  it(`${name}: nothing is made outside`, async (t) => {
    const { beside, stdout } = await runInContainer(
      t,
      `[ -L /${link} ] && ls /${link}/ > /dev/null && echo inside`,
      () => [],
      (tree) => symlinkSync(content(tree), `${tree.root}/${link}`),
    );
    t.deepEqual(readdirSync(beside), []);
    // What a link leads to is made in the root where it is not there, never on the host.
    t.is(stdout, 'inside\nexit 0');
  });
}

it('a directory is made where links lead to, a few of them and no more', async (t) => {
  const links = ({ root }: Tree) => {
    mkdirSync(`${root}/var`);
    symlinkSync('/run', `${root}/var/run`);
    symlinkSync('deep/../er', `${root}/run`);
    symlinkSync('/var/run/nowhere', `${root}/two`);
    symlinkSync('/round', `${root}/about`);
    symlinkSync('/about', `${root}/round`);
  };
  const mounted = await runInContainer(
    t,
    'cd /deep/../er && ls; grep -c " /er/nowhere " /proc/mounts',
    () => [
      { ...tmpfs, target: '/var/run/a/b' },
      { ...tmpfs, target: '/two' },
    ],
    links,
  );
  t.is(mounted.stdout, 'a\nnowhere\n1\nexit 0');
  const circle = await runInContainer(t, 'true', () => [{ ...tmpfs, target: '/about/x' }], links);
  t.is(circle.stdout, failure(circle.steps, 'mount', 40));
});

it('a copy of a directory that is not there is a tmpfs open to all', async (t) => {
  const copied = { ...tmpfs, op: 'mount_copied', target: '/new' } as const;
  const { stdout } = await runInContainer(t, 'stat -c %a /new; ls -A /new', () => [copied]);
  t.is(stdout, '1777\nexit 0');
});

it('where mounts are shared with the host, the host still sees none of them', async (t) => {
  const { root, beside, remove } = makeBusyboxRoot();
  t.teardown(remove);
  for (const propagation of [0, MS.SHARED, MS.SLAVE]) {
    const steps = containerSteps(root, 'mount | grep -c .').map((step) =>
      step.op === 'propagation' ? { ...step, propagation } : step,
    );
    writeFileSync(`${beside}/plan`, encodePlan({ steps }));
    const driver = fileURLToPath(new URL('../tests/driver', import.meta.url));
    const command = [driver, initHelperPath(), 'mini-init', `plan=${beside}/plan`, ...flags].join(' ');
    const script = `cat /proc/self/mountinfo > ${beside}/before; ${command}; cmp ${beside}/before /proc/self/mountinfo`;
    const { stdout } = await execa('unshare', ['-m', '--propagation', 'shared', 'sh', '-c', script]);
    t.is(stdout, '4\nexit 0', `propagation ${propagation}`);
  }
});

it('a link that leads nowhere is followed below the root, and what it leads to is made', async (t) => {
  const onLink: Step = { ...bind, source: '/dev/null', target: '/conf/link', targetKind: 2 };
  const made = await runInContainer(
    t,
    'stat -L -c %t:%T /conf/link; stat -c %t:%T /far/away/file',
    () => [tmpfs, onLink],
    ({ root }) => {
      mkdirSync(`${root}/conf`);
      symlinkSync('../../../far/away/file', `${root}/conf/link`);
    },
  );
  t.deepEqual(made.stdout.split('\n'), ['1:3', '1:3', 'exit 0']);
  const loop = await runInContainer(
    t,
    'true',
    () => [{ ...onLink, target: '/loop' }],
    ({ root }) => symlinkSync('/loop', `${root}/loop`),
  );
  t.is(loop.stdout, failure(loop.steps, 'bind', 40));
});
