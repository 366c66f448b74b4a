import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { encodePlan, MOUNT_ATTR, MS, type Step } from '@mini/contracts';
import test from 'ava';
import { execa } from 'execa';
import { initHelperPath } from '../src/index.js';
import { drivePlan } from './support/driver.js';
import { containerSteps, makeBusyboxRoot, sixNamespaces, skipReason } from './support/root.js';

const it = skipReason === undefined ? test : test.skip;
if (skipReason !== undefined) console.log(`skipped: mounting, it ${skipReason}`);
const flags = [`flags=${sixNamespaces}`];

const bind = {
  op: 'bind',
  source: '/',
  fd: -1,
  target: '/x',
  targetKind: 3,
  recursive: 0,
  attributesSet: 0,
  attributesClear: 0,
  attributesRecursive: 0,
  propagation: 0,
} as const;
const tmpfs = {
  op: 'mount',
  fstype: 'tmpfs',
  source: 'tmpfs',
  target: '/x',
  options: [],
  attributes: 0,
  propagation: 0,
} as const;

interface Tree {
  readonly root: string;
  readonly beside: string;
}

/** Runs `script` in a container, with `before` after pivot_root; `prepare` may spoil the image. */
async function run(
  t: import('ava').ExecutionContext,
  script: string,
  before: (tree: Tree) => readonly Step[],
  prepare: (tree: Tree) => void = () => {},
) {
  const { root, beside, remove } = makeBusyboxRoot();
  t.teardown(remove);
  prepare({ root, beside });
  const steps = containerSteps(root, script, before({ root, beside }));
  const { stdout, stderr } = await drivePlan(steps, flags);
  return { root, beside, stdout, stderr, steps };
}

/** What the driver prints when step `op` fails with `errno`. */
function failure(steps: readonly Step[], op: string, errno: number): string {
  const index = steps.findLastIndex((step) => step.op === op);
  return `control kind=2 stage=6 step=${index} error=${errno}\nexit 1`;
}

it('masked files are empty, masked directories too, and neither takes a write', async (t) => {
  const script = `
    wc -c < /secret; echo > /secret; wc -c < /secret; ls -A /keys; touch /keys/new; cat /keys/key; stat -c %t:%T /secret`;
  const { stdout, stderr, root } = await run(
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
  const { stdout, stderr } = await run(t, script, () => [
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
  const { stdout, stderr } = await run(t, script, () => [
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
  const { stdout, steps } = await run(t, 'true', () => [{ ...bind, source: '/bin', targetKind: 0 }]);
  t.is(stdout, failure(steps, 'bind', 2));
});

it('a file system nobody knows, an option it does not know', async (t) => {
  const unknown = await run(t, 'true', () => [{ ...tmpfs, fstype: 'nonesuchfs' }]);
  t.is(unknown.stdout, failure(unknown.steps, 'mount', 19));
  const option = await run(t, 'true', () => [{ ...tmpfs, options: ['nonesuch=1'] }]);
  t.is(option.stdout, failure(option.steps, 'mount', 22));
});

const decoys: readonly [name: string, link: string, content: (tree: Tree) => string][] = [
  ['/dev an absolute link to the host', 'dev', ({ beside }) => beside],
  ['/dev a relative link out of the root', 'dev', () => '../beside'],
  ['/proc a link to the host', 'proc', ({ beside }) => beside],
];

for (const [name, link, content] of decoys) {
  it(`${name}: nothing is made outside`, async (t) => {
    const { beside, stdout } = await run(
      t,
      `[ -L /${link} ] && ls /${link}/ > /dev/null && echo inside`,
      () => [],
      (tree) => symlinkSync(content(tree), `${tree.root}/${link}`),
    );
    t.deepEqual(readdirSync(beside), []);
    // A link to what does not exist in the root is an error, never a path of the host.
    t.regex(stdout, /^control kind=2 stage=6 step=\d error=2\nexit 1$/);
  });
}

it('a file of /proc that is none is not written to', async (t) => {
  const steps: Step[] = [{ op: 'write_proc', path: '/proc/sys/kernel/domainname', value: 'inside' }];
  const real = await run(t, 'cat /proc/sys/kernel/domainname', () => steps);
  t.is(real.stdout, 'inside\nexit 0');
  const fake = await run(t, 'true', () => [
    { ...tmpfs, target: '/fake' },
    { op: 'mknod', path: '/fake/domainname', mode: 0o100644, device: 0, uid: 0, gid: 0 },
    { ...bind, source: '/fake', target: '/proc/sys/kernel', targetKind: 0 },
    ...steps,
  ]);
  t.is(fake.stdout, failure(fake.steps, 'write_proc', 22));
});

it('a value that the kernel does not take', async (t) => {
  const value = 'not a number';
  const { stdout, steps } = await run(t, 'true', () => [
    { op: 'write_proc', path: '/proc/sys/kernel/shmmni', value },
  ]);
  t.is(stdout, failure(steps, 'write_proc', 22));
});

it('directories, links and nodes: modes whatever the umask, owners, existing ones', async (t) => {
  const script = "stat -c '%n %a %u:%g %F' /a /a/b /pipe; readlink /link";
  const { stdout } = await run(t, script, () => [
    { op: 'umask', mask: 0o77 },
    { op: 'mkdir', path: '/a/b/', mode: 0o1777 },
    { op: 'mkdir', path: '/a', mode: 0o700 },
    { op: 'mknod', path: '/pipe', mode: 0o010666, device: 0, uid: 3, gid: 4 },
    { op: 'symlink', content: '/target', path: '/link' },
    { op: 'symlink', content: '/other', path: '/link', tolerates: ['EEXIST'] },
  ]);
  t.deepEqual(stdout.split('\n'), [
    '/a 755 0:0 directory',
    '/a/b 1777 0:0 directory',
    '/pipe 666 3:4 fifo',
    '/target',
    'exit 0',
  ]);
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
