import { MOUNT_ATTR, type Step } from '@mini/contracts';
import test from 'ava';
import { type CgroupView, compileMounts } from '../src/index.js';
import { withMounts } from './spec.js';

const ATTRIBUTES = MOUNT_ATTR.RDONLY | MOUNT_ATTR.NOSUID | MOUNT_ATTR.NODEV | MOUNT_ATTR.NOEXEC;

function compile(cgroup: CgroupView, access = 'ro'): Step[] {
  const options = ['nosuid', 'noexec', 'nodev', access];
  return compileMounts(withMounts({ destination: '/sys/fs/cgroup', type: 'cgroup', options }), { cgroup });
}

function tree(path: string, ...controllers: string[]) {
  return { version: 1, controllers, mountPoint: `/sys/fs/cgroup/${path}` } as const;
}

test('v2 is one mount, or the host view where that is refused', (t) => {
  const steps = compile({
    mode: 'v2',
    hierarchies: [{ version: 2, controllers: ['memory'], mountPoint: '/sys/fs/cgroup' }],
  });
  t.is(steps.length, 1);
  t.like(steps[0], {
    op: 'mount',
    fstype: 'cgroup2',
    target: '/sys/fs/cgroup',
    options: [],
    attributes: ATTRIBUTES,
    tolerates: ['EPERM', 'EBUSY'],
    origin: 'mounts[0]',
  });
  t.like(steps[0]?.otherwise, {
    op: 'bind',
    source: '/sys/fs/cgroup',
    attributesSet: ATTRIBUTES,
    recursive: 1,
  });
});

test('v1 is a mount for each tree in a tmpfs, with links for joint trees', (t) => {
  const steps = compile({
    mode: 'v1',
    hierarchies: [
      tree('cpu,cpuacct', 'cpu', 'cpuacct'),
      tree('memory', 'memory'),
      tree('systemd', 'name=systemd'),
    ],
  });
  t.deepEqual(
    steps.map((step) => {
      if (step.op === 'mount') return [step.op, step.fstype, step.target, step.options.join(' ')];
      if (step.op === 'symlink') return [step.op, step.content, step.path];
      return [step.op];
    }),
    [
      ['mount', 'tmpfs', '/sys/fs/cgroup', 'mode=755'],
      ['mount', 'cgroup', '/sys/fs/cgroup/cpu,cpuacct', 'cpu cpuacct'],
      ['symlink', 'cpu,cpuacct', '/sys/fs/cgroup/cpu'],
      ['symlink', 'cpu,cpuacct', '/sys/fs/cgroup/cpuacct'],
      ['mount', 'cgroup', '/sys/fs/cgroup/memory', 'memory'],
      ['mount', 'cgroup', '/sys/fs/cgroup/systemd', 'none name=systemd'],
      ['mount_attributes'],
    ],
  );
  t.like(steps[0], { attributes: ATTRIBUTES & ~MOUNT_ATTR.RDONLY });
  t.like(steps[1], { attributes: ATTRIBUTES, tolerates: ['EPERM', 'EBUSY', 'ENOENT'] });
  t.deepEqual(steps.at(-1), {
    op: 'mount_attributes',
    target: '/sys/fs/cgroup',
    attributesSet: MOUNT_ATTR.RDONLY,
    attributesClear: 0,
    recursive: 0,
    propagation: 0,
    origin: 'mounts[0]',
  });
});

test('a writable v1 view stays writable', (t) => {
  const steps = compile({ mode: 'v1', hierarchies: [tree('memory', 'memory')] }, 'rw');
  t.deepEqual(
    steps.map(({ op }) => op),
    ['mount', 'mount'],
  );
  t.like(steps[1], { attributes: ATTRIBUTES & ~MOUNT_ATTR.RDONLY });
});

test('the unified tree of a hybrid machine is not shown: a systemd would take it for its own', (t) => {
  const steps = compile({
    mode: 'hybrid',
    hierarchies: [
      tree('pids', 'pids'),
      { version: 2, controllers: [], mountPoint: '/sys/fs/cgroup/unified' },
    ],
  });
  t.deepEqual(
    steps.map(({ op }) => op),
    ['mount', 'mount', 'mount_attributes'],
  );
  t.like(steps[1], { fstype: 'cgroup', target: '/sys/fs/cgroup/pids' });
});
