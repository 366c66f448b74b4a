import test from 'ava';
import { detectCgroupLayout, findHierarchy, findUnified, parseCgroupLayout } from '../src/index.js';
import * as machines from './layouts.js';

interface MachineTexts {
  readonly mountinfo: string;
  readonly ownCgroup: string;
  readonly controllers: string;
}

function parse({ mountinfo, ownCgroup, controllers }: MachineTexts) {
  return parseCgroupLayout({ mountinfo, ownCgroup, readControllers: () => controllers });
}

test('pure v2 under systemd', (t) => {
  t.deepEqual(parse(machines.SYSTEMD_V2), {
    mode: 'v2',
    hierarchies: [
      {
        version: 2,
        controllers: ['cpuset', 'cpu', 'io', 'memory', 'hugetlb', 'pids', 'rdma', 'misc'],
        mountPoint: '/sys/fs/cgroup',
        mountRoot: '/',
        ownPath: '/user.slice/user-1000.slice/session-2.scope',
      },
    ],
  });
});

test('hybrid with one tree a controller', (t) => {
  const layout = parse(machines.HYBRID_SEPARATE);
  t.is(layout.mode, 'hybrid');
  t.deepEqual(
    layout.hierarchies.map(({ version, controllers }) => `${version} ${controllers.join()}`),
    [
      ...['cpu', 'cpuacct', 'cpuset', 'memory', 'devices', 'freezer', 'blkio', 'pids', 'name=systemd'].map(
        (name) => `1 ${name}`,
      ),
      '2 hugetlb',
    ],
  );
  t.is(findHierarchy(layout, 'memory')?.ownPath, '/agent/one');
  t.is(findHierarchy(layout, 'io', 'blkio')?.mountPoint, '/sys/fs/cgroup/blkio');
  t.is(findUnified(layout)?.mountPoint, '/sys/fs/cgroup/unified');
  t.is(findHierarchy(layout, 'rdma'), undefined);
});

test('v1 with two controllers in one tree', (t) => {
  const layout = parse(machines.V1_JOINT);
  t.is(layout.mode, 'v1');
  t.deepEqual(
    layout.hierarchies.map(({ controllers, mountPoint, ownPath }) => [controllers, mountPoint, ownPath]),
    [
      [['name=systemd'], '/sys/fs/cgroup/systemd', '/user.slice/user-0.slice/session-1.scope'],
      [['cpu', 'cpuacct'], '/sys/fs/cgroup/cpu,cpuacct', '/user.slice'],
      [['memory'], '/sys/fs/cgroup/memory', '/user.slice'],
      [['pids'], '/sys/fs/cgroup/pids', '/user.slice/user-0.slice'],
    ],
  );
});

test('WSL with both kinds', (t) => {
  const layout = parse(machines.WSL);
  t.is(layout.mode, 'hybrid');
  t.deepEqual(
    layout.hierarchies.map(({ controllers }) => controllers),
    [[], ['cpuset'], ['memory']],
  );
});

test('a container without a cgroup namespace: our group is relative to what is mounted', (t) => {
  const [tree] = parse(machines.CONTAINER_WITHOUT_NAMESPACE).hierarchies;
  t.is(tree?.mountRoot, '/docker/abc');
  t.is(tree?.ownPath, '/worker');
});

test('a container with a cgroup namespace', (t) => {
  const [tree] = parse(machines.CONTAINER_WITH_NAMESPACE).hierarchies;
  t.is(tree?.mountRoot, '/');
  t.is(tree?.ownPath, '/');
});

test('no cgroup file system', (t) => {
  const error = t.throws(() => parse(machines.NOTHING_MOUNTED), { name: 'RuntimeError' }) as Error & {
    code: string;
  };
  t.is(error.code, 'cgroup-unavailable');
  t.is(
    error.message,
    'failed to find control groups in "/proc/self/mountinfo": no cgroup file system is mounted',
  );
});

test('a tree that another mount covers does not count', (t) => {
  const mountinfo = `${machines.HYBRID_SEPARATE.mountinfo}50 31 0:60 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n`;
  const layout = parse({ ...machines.HYBRID_SEPARATE, mountinfo });
  t.is(layout.mode, 'v2');
  t.is(layout.hierarchies[0]?.mountPoint, '/sys/fs/cgroup');
});

test('of two mounts of one tree the one that shows all of it is taken', (t) => {
  const mountinfo = `40 23 0:25 /lxc/one /mnt/part rw - cgroup2 cgroup2 rw,nsdelegate
${machines.SYSTEMD_V2.mountinfo}`;
  const layout = parse({ ...machines.SYSTEMD_V2, mountinfo });
  t.deepEqual(
    layout.hierarchies.map(({ mountPoint }) => mountPoint),
    ['/sys/fs/cgroup'],
  );
});

test('mount points with spaces and lines cut short', (t) => {
  const mountinfo = '29 23 0:25 / /mnt/a\\040b rw - cgroup2 cgroup2 rw\n30 23 0:26 /\n';
  t.is(parse({ ...machines.SYSTEMD_V2, mountinfo }).hierarchies[0]?.mountPoint, '/mnt/a b');
});

test('a text that cannot be read', (t) => {
  t.throws(() => detectCgroupLayout({ mountinfo: '/nonexistent/mountinfo' }), {
    code: 'cgroup-unavailable',
    message: 'failed to read "/nonexistent/mountinfo": ENOENT no such file or directory',
  });
});
