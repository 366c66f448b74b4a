import { fstatSync, readlinkSync } from 'node:fs';
import type { RuntimeError } from '@mini/contracts';
import test from 'ava';
import { createCgroup } from '../src/index.js';
import { FakeCgroupTree } from './fake-cgroup-tree.js';
import { makeHybridLayout, makeV2Layout } from './layouts.js';
import { makeGroup } from './made-group.js';

test('on hybrid a process is born in the v2 group and joins the others by tasks', (t) => {
  const { tree, cgroup } = makeGroup(t);
  const launch = cgroup.openForLaunch();
  t.is(readlinkSync(`/proc/self/fd/${launch.intoCgroupFd}`), `${tree.root}/unified/mini/a`);
  const paths = launch.joinFds.map((fd) => readlinkSync(`/proc/self/fd/${fd}`));
  t.is(paths.length, 9);
  t.true(paths.every((path) => path.endsWith('/mini/a/tasks')));
  launch.close();
  t.throws(() => fstatSync(launch.joinFds[0]!), { code: 'EBADF' });
  t.throws(() => fstatSync(launch.intoCgroupFd), { code: 'EBADF' });
});

test('another process is moved by cgroup.procs of every tree', (t) => {
  const { cgroup } = makeGroup(t);
  const launch = cgroup.openForLaunch({ bornInside: false });
  t.is(launch.intoCgroupFd, -1);
  const paths = launch.joinFds.map((fd) => readlinkSync(`/proc/self/fd/${fd}`));
  t.is(paths.length, 10);
  t.true(paths.every((path) => path.endsWith('/mini/a/cgroup.procs')));
  launch.close();
});

test('v2 is born into its directory, or joined where that is not possible', (t) => {
  const { cgroup } = makeGroup(t, makeV2Layout);
  const born = cgroup.openForLaunch();
  t.deepEqual(born.joinFds, []);
  t.true(fstatSync(born.intoCgroupFd).isDirectory());
  born.close();
  const joined = cgroup.openForLaunch({ bornInside: false });
  t.is(joined.intoCgroupFd, -1);
  t.is(joined.joinFds.length, 1);
  joined.close();
});

test('a group that is gone cannot be launched into, and no descriptor stays open', (t) => {
  const { tree, cgroup } = makeGroup(t);
  tree.files.removeDirectory(`${tree.root}/pids/mini/a`);
  t.throws(() => cgroup.openForLaunch(), {
    code: 'cgroup-create',
    message: `failed to open "${tree.root}/pids/mini/a/tasks": ENOENT no such file or directory`,
  });
});

test('processes of the group and of those below it', (t) => {
  const { tree, cgroup } = makeGroup(t, makeV2Layout);
  tree.files.makeDirectory(`${tree.root}/mini/a/inner`);
  tree.set('mini/a/cgroup.procs', '10\n11\n0\n');
  tree.set('mini/a/inner/cgroup.procs', '12\n');
  t.deepEqual(cgroup.pids().sort(), [10, 11, 12]);
  tree.remove();
  t.deepEqual(cgroup.pids(), []);
});

test('v1 accounts', (t) => {
  const { tree, cgroup } = makeGroup(t);
  tree.set('memory/mini/a/memory.limit_in_bytes', '1048576\n');
  t.deepEqual(cgroup.stats(), {
    memory: {
      usageBytes: 4096,
      inactiveFileBytes: 512,
      limitBytes: 1_048_576,
      peakBytes: 8192,
      oomKills: 3,
    },
    cpu: {
      usageNs: 30_000_000,
      userNs: 20_000_000,
      systemNs: 10_000_000,
      throttledCount: 2,
      throttledNs: 700,
    },
    pids: { current: 1, limit: null },
    io: { readBytes: 101, writtenBytes: 20 },
  });
  t.is(cgroup.oomKillCount(), 3);
});

test('v2 accounts', (t) => {
  const { cgroup } = makeGroup(t, makeV2Layout);
  t.deepEqual(cgroup.stats(), {
    memory: { usageBytes: 4096, inactiveFileBytes: 512, limitBytes: null, oomKills: 3 },
    cpu: { usageNs: 30_000, userNs: 20_000, systemNs: 10_000, throttledCount: 2, throttledNs: 7_000 },
    pids: { current: 1, limit: 50 },
    io: { readBytes: 101, writtenBytes: 20 },
  });
  t.is(cgroup.oomKillCount(), 3);
});

test('without a controller there is no account', (t) => {
  const { cgroup } = makeGroup(t, (root) => makeV2Layout(root, ['pids']));
  t.deepEqual(cgroup.stats(), { pids: { current: 1, limit: 50 } });
  t.is(cgroup.oomKillCount(), 0);
});

test('v1 is frozen when its state says so, not before', (t) => {
  const { tree, cgroup } = makeGroup(t);
  const file = 'freezer/mini/a/freezer.state';
  let looks = 0;
  tree.onWrite = (path, value) => {
    looks += 1;
    if (value === 'FROZEN' && looks < 4) tree.set(path, 'FREEZING\n');
  };
  cgroup.freeze();
  t.is(looks, 4);
  t.true(cgroup.isFrozen());
  cgroup.thaw();
  t.is(tree.read(file), 'THAWED');
  t.false(cgroup.isFrozen());
});

test('a group that does not freeze in time is let go again', (t) => {
  const { tree, cgroup } = makeGroup(t);
  tree.onWrite = (path, value) => {
    if (value === 'FROZEN') tree.set(path, 'FREEZING\n');
  };
  t.throws(() => cgroup.freeze({ timeoutMs: 5 }), {
    code: 'cgroup-timeout',
    message: 'failed to freeze cgroup "/mini/a": its processes did not stop within 5 ms',
  });
  t.is(tree.read('freezer/mini/a/freezer.state'), 'THAWED');
});

test('v2 is frozen when its events say so', (t) => {
  const { tree, cgroup } = makeGroup(t, makeV2Layout);
  tree.onWrite = (path, value) => {
    if (path.endsWith('cgroup.freeze')) tree.set('mini/a/cgroup.events', `populated 1\nfrozen ${value}\n`);
  };
  cgroup.freeze();
  t.true(cgroup.isFrozen());
  cgroup.thaw();
  t.false(cgroup.isFrozen());
});

test('no freezer', (t) => {
  const { cgroup } = makeGroup(t, (root) => ({
    mode: 'v1',
    hierarchies: makeHybridLayout(root).hierarchies.filter(({ controllers }) => controllers.includes('pids')),
  }));
  t.throws(() => cgroup.freeze(), {
    code: 'cgroup-unavailable',
    message: 'failed to freeze cgroup "/mini/a": the controller "freezer" is not available on this machine',
  });
});

test('limits change in the order that their present values demand', (t) => {
  const { tree, cgroup } = makeGroup(t);
  tree.set('memory/mini/a/memory.memsw.limit_in_bytes', '1048576\n');
  cgroup.update({ memory: { limit: 2_097_152, swap: 4_194_304 }, pids: { limit: 0 } });
  t.deepEqual(tree.writes, [
    'memory/mini/a/memory.memsw.limit_in_bytes = 4194304',
    'memory/mini/a/memory.limit_in_bytes = 2097152',
  ]);
  tree.writes.length = 0;
  cgroup.update({ memory: { limit: 1_048_576, swap: 1_048_576 } });
  t.deepEqual(tree.writes, [
    'memory/mini/a/memory.limit_in_bytes = 1048576',
    'memory/mini/a/memory.memsw.limit_in_bytes = 1048576',
  ]);
});

test('on v2 a new period keeps the quota, and new swap the memory limit', (t) => {
  const { tree, cgroup } = makeGroup(t, makeV2Layout);
  tree.set('mini/a/cpu.max', '5000 100000\n');
  tree.set('mini/a/memory.max', '1048576\n');
  tree.set('mini/a/memory.swap.max', 'max\n');
  t.deepEqual(cgroup.update({ cpu: { period: 20_000 }, memory: { swap: 3_145_728, swappiness: 1 } }), [
    'linux.resources.memory.swappiness was discarded: cgroup v2 has no such setting',
  ]);
  t.deepEqual(tree.writes, ['mini/a/memory.swap.max = 2097152', 'mini/a/cpu.max = 5000 20000']);
});

test('on v2 a limit below what is used is refused where that is asked for', (t) => {
  const { tree, cgroup } = makeGroup(t, makeV2Layout);
  const update = (limit: number) => () => cgroup.update({ memory: { limit, checkBeforeUpdate: true } });
  t.throws(update(4095), {
    code: 'cgroup-resources',
    message: 'failed to set memory to 4095 (linux.resources.memory.limit): 4096 bytes are used',
  });
  t.deepEqual(tree.writes, []);
  update(4096)();
  cgroup.update({ memory: { limit: 1024 } });
  t.deepEqual(tree.writes, ['mini/a/memory.max = 4096', 'mini/a/memory.max = 1024']);
});

test('an update that fails sets back what it had set, the last first', (t) => {
  const { tree, cgroup } = makeGroup(t);
  tree.faults.set('write cpuset/mini/a/cpuset.cpus', 'EINVAL');
  t.throws(() => cgroup.update({ cpu: { shares: 512, cpus: '99' }, memory: { limit: 2_097_152 } }), {
    code: 'cgroup-write',
    message: 'failed to set "cpuset.cpus" to "99" (linux.resources.cpu.cpus): EINVAL invalid argument',
  });
  t.deepEqual(tree.writes, [
    'memory/mini/a/memory.limit_in_bytes = 2097152',
    'cpu/mini/a/cpu.shares = 512',
    'cpu/mini/a/cpu.shares = 1024',
    'memory/mini/a/memory.limit_in_bytes = 9223372036854771712',
  ]);
});

test('what the refused write left as it was is not written back', (t) => {
  const { tree, cgroup } = makeGroup(t, makeV2Layout);
  // So an idle group shows its weight, which takes neither another one nor this one again.
  tree.set('mini/a/cpu.weight', '0\n');
  tree.faults.set('write mini/a/cpu.weight', 'EINVAL');
  const error = t.throws<RuntimeError>(() => cgroup.update({ cpu: { shares: 512 } }), {
    message: 'failed to set "cpu.weight" to "59" (linux.resources.cpu.shares): EINVAL invalid argument',
  });
  t.is(error?.context.cleanup?.length ?? 0, 0);
});

test('an update of a group without that tree', (t) => {
  const tree = new FakeCgroupTree(makeHybridLayout);
  t.teardown(() => tree.remove());
  const cgroup = createCgroup(tree.layout, '/m', {}, { files: tree.files, controllers: ['memory'] });
  t.throws(() => cgroup.update({ pids: { limit: 3 } }), {
    code: 'cgroup-unavailable',
    message:
      'failed to set "pids.max" to "3" (linux.resources.pids.limit): the group has no "pids" directory',
  });
});

test('waiting for an empty group', (t) => {
  const { tree, cgroup } = makeGroup(t);
  t.true(cgroup.waitEmpty());
  tree.set('cpu/mini/a/cgroup.procs', '77\n');
  t.false(cgroup.waitEmpty({ timeoutMs: 5 }));
});

test('what cannot be read is said', (t) => {
  const { tree, cgroup } = makeGroup(t);
  const tooMany = Object.assign(new Error(), { code: 'EMFILE', errno: -24, syscall: 'open' });
  (tree.files as { read: unknown }).read = () => {
    throw tooMany;
  };
  const at = 'of cgroup "/mini/a": EMFILE too many open files';
  t.throws(() => cgroup.stats(), { code: 'cgroup-read', message: `failed to read accounts ${at}` });
  t.throws(() => cgroup.oomKillCount(), { message: `failed to read accounts ${at}` });
  t.throws(() => cgroup.pids(), { message: `failed to read processes ${at}` });
  t.throws(() => cgroup.kill(), { message: `failed to read processes ${at}` });
  t.throws(() => cgroup.waitEmpty(), { message: `failed to read processes ${at}` });
  t.throws(() => cgroup.isFrozen(), { message: `failed to read state ${at}` });
  t.throws(() => cgroup.update({ memory: { limit: 1 } }), { message: `failed to read limits ${at}` });
});
