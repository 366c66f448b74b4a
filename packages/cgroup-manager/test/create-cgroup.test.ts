import { isRuntimeError, type RuntimeError } from '@mini/contracts';
import test, { type ExecutionContext } from 'ava';
import { canCreate, createCgroup, listCgroups, openCgroup } from '../src/index.js';
import { FakeCgroupTree } from './fake-cgroup-tree.js';
import { makeHybridLayout, makeV2Layout } from './layouts.js';

function makeTree(t: ExecutionContext, makeLayout = makeHybridLayout): FakeCgroupTree {
  const tree = new FakeCgroupTree(makeLayout);
  t.teardown(() => tree.remove());
  return tree;
}

function catchError(t: ExecutionContext, run: () => unknown): RuntimeError {
  const error = t.throws(run);
  t.true(isRuntimeError(error), String(error));
  return error as unknown as RuntimeError;
}

test('hybrid: a directory in every tree, the cpuset filled from above, then the limits', (t) => {
  const tree = makeTree(t);
  const cgroup = createCgroup(
    tree.layout,
    '/mini/a',
    { pids: { limit: 7 }, cpu: { cpus: '1' } },
    { files: tree.files },
  );
  t.is(tree.groups().filter((group) => group.endsWith('/mini/a')).length, 10);
  t.deepEqual(tree.writes, [
    'cpuset/mini/cpuset.cpus = 0-3',
    'cpuset/mini/a/cpuset.cpus = 0-3',
    'cpuset/mini/cpuset.mems = 0',
    'cpuset/mini/a/cpuset.mems = 0',
    'cpuset/mini/a/cpuset.cpus = 1',
    'pids/mini/a/pids.max = 7',
  ]);
  t.deepEqual(cgroup.notes, []);
});

test('v2: controllers are enabled from the root down, before the group is made', (t) => {
  const tree = makeTree(t, makeV2Layout);
  createCgroup(tree.layout, '/mini/a', { pids: { limit: 7 } }, { files: tree.files });
  t.deepEqual(tree.writes, [
    'cgroup.subtree_control = +cpuset +cpu +io +memory +pids',
    'mini/cgroup.subtree_control = +cpuset +cpu +io +memory +pids',
    'mini/a/pids.max = 7',
  ]);
  tree.writes.length = 0;
  createCgroup(tree.layout, '/mini/b', {}, { files: tree.files });
  t.deepEqual(tree.writes, [], 'what is enabled is not enabled again');
});

test('a group that somebody else has made is taken, and stays when its limits are refused', (t) => {
  const tree = makeTree(t, makeV2Layout);
  const options = { files: tree.files, adopts: true };
  createCgroup(tree.layout, '/unit', {}, { files: tree.files });
  tree.writes.length = 0;
  createCgroup(tree.layout, '/unit', { pids: { limit: 7 } }, options);
  t.deepEqual(tree.writes, ['unit/pids.max = 7']);
  tree.faults.set('write unit/pids.max', 'EINVAL');
  catchError(t, () => createCgroup(tree.layout, '/unit', { pids: { limit: 8 } }, options));
  t.deepEqual(tree.groups(), ['unit']);
});

test('v2: a controller that cannot be enabled hurts only the limit that needs it', (t) => {
  const tree = makeTree(t, makeV2Layout);
  const { write } = tree.files;
  const files = {
    ...tree.files,
    write: (fd: number, value: string) => {
      if (value.includes('+cpu ') || value === '+cpu')
        tree.faults.set('write cgroup.subtree_control', 'EINVAL');
      else tree.faults.clear();
      write(fd, value);
    },
  };
  t.notThrows(() => createCgroup(tree.layout, '/mini/a', { pids: { limit: 7 } }, { files }));
  tree.set('cgroup.subtree_control', '\n');
  tree.set('mini/cgroup.subtree_control', '\n');
  const error = catchError(t, () => createCgroup(tree.layout, '/mini/b', { cpu: { shares: 7 } }, { files }));
  t.is(
    error.message,
    `failed to enable controller "cpu" in "${tree.root}/cgroup.subtree_control": EINVAL invalid argument`,
  );
  t.deepEqual(tree.groups(), ['mini', 'mini/a']);
});

test('v2: processes in the parent', (t) => {
  const tree = makeTree(t, makeV2Layout);
  tree.faults.set('write mini/cgroup.subtree_control', 'EBUSY');
  const error = catchError(t, () =>
    createCgroup(tree.layout, '/mini/a', { memory: { limit: 1 << 20 } }, { files: tree.files }),
  );
  t.is(error.code, 'cgroup-create');
  t.is(
    error.message,
    `failed to enable controller "memory" in "${tree.root}/mini/cgroup.subtree_control": EBUSY resource busy or locked`,
  );
  t.is(
    error.context.hint,
    'there are processes in that group itself; choose a parent group without processes',
  );
  t.deepEqual(tree.groups(), []);
});

test('v2: processes in the parent, but no limit that needs a controller there', (t) => {
  const tree = makeTree(t, makeV2Layout);
  tree.faults.set('write mini/cgroup.subtree_control', 'EBUSY');
  createCgroup(tree.layout, '/mini/a', {}, { files: tree.files });
  t.is(tree.read('mini/cgroup.subtree_control'), '\n');
  t.deepEqual(tree.groups(), ['mini', 'mini/a']);
});

test('a refused value names file, value and field, and nothing is left', (t) => {
  const tree = makeTree(t);
  tree.faults.set('write memory/mini/a/memory.limit_in_bytes', 'EINVAL');
  const error = catchError(t, () =>
    createCgroup(tree.layout, '/mini/a', { memory: { limit: 1024 } }, { files: tree.files }),
  );
  t.is(error.code, 'cgroup-write');
  t.is(
    error.message,
    'failed to set "memory.limit_in_bytes" to "1024" (linux.resources.memory.limit): EINVAL invalid argument',
  );
  t.is(error.context.errno, 22);
  t.is(error.context.field, 'linux.resources.memory.limit');
  t.deepEqual(tree.groups(), []);
});

test('a file that the kernel lacks: another in its place, a note, or an error', (t) => {
  const tree = makeTree(t);
  const cgroup = createCgroup(tree.layout, '/m', { blockIO: { weight: 20 } }, { files: tree.files });
  t.true(tree.writes.includes('blkio/m/blkio.weight = 20'));
  t.deepEqual(cgroup.notes, []);

  const v2 = makeTree(t, makeV2Layout);
  const swapless = createCgroup(
    v2.layout,
    '/m',
    { memory: { limit: 1 << 20, swap: 1 << 21 } },
    { files: v2.files },
  );
  t.deepEqual(swapless.notes, [
    'linux.resources.memory.swap was discarded: this kernel has no "memory.swap.max"',
  ]);

  const error = catchError(t, () => createCgroup(v2.layout, '/n', { cpu: { idle: 1 } }, { files: v2.files }));
  t.is(
    error.message,
    'failed to set "cpu.idle" to "1" (linux.resources.cpu.idle): ENOENT no such file or directory',
  );
});

test('no permission', (t) => {
  const tree = makeTree(t);
  tree.faults.set('mkdir memory/mini/a', 'EACCES');
  const error = catchError(t, () => createCgroup(tree.layout, '/mini/a', {}, { files: tree.files }));
  t.is(error.code, 'cgroup-denied');
  t.is(error.message, `failed to create cgroup "${tree.root}/memory/mini/a": EACCES permission denied`);
  t.is(
    error.context.hint,
    'run as root, or in a group that is delegated to you (systemd-run --user --scope -p Delegate=yes)',
  );
  t.deepEqual(tree.groups(), []);
});

test('what cannot be cleaned up stands beside the first error', (t) => {
  const tree = makeTree(t);
  tree.faults.set('mkdir pids/mini/a', 'EROFS');
  tree.faults.set('rmdir cpu/mini/a', 'EACCES');
  const error = catchError(t, () => createCgroup(tree.layout, '/mini/a', {}, { files: tree.files }));
  t.is(error.message, `failed to create cgroup "${tree.root}/pids/mini/a": EROFS read-only file system`);
  t.deepEqual(
    error.context.cleanup?.map(({ message }) => message),
    [`failed to remove cgroup "${tree.root}/cpu/mini/a": EACCES permission denied`],
  );
});

test('an empty left-over is made anew, one in use is refused', (t) => {
  const tree = makeTree(t);
  createCgroup(tree.layout, '/mini/a', { pids: { limit: 7 } }, { files: tree.files });
  createCgroup(tree.layout, '/mini/a', {}, { files: tree.files });
  t.is(tree.read('pids/mini/a/pids.max'), 'max\n');
  tree.set('pids/mini/a/cgroup.procs', '123\n');
  const before = tree.groups();
  const error = catchError(t, () => createCgroup(tree.layout, '/mini/a', {}, { files: tree.files }));
  t.is(error.code, 'cgroup-exists');
  t.is(error.message, `failed to create cgroup "${tree.root}/pids/mini/a": it exists already and is in use`);
  t.true(tree.groups().includes('pids/mini/a'));
  t.true(before.length >= tree.groups().length);
});

test('a left-over that is not ours to remove is used as it is', (t) => {
  const tree = makeTree(t, makeV2Layout);
  createCgroup(tree.layout, '/mini/a', { pids: { limit: 7 } }, { files: tree.files });
  tree.faults.set('rmdir mini/a', 'EACCES');
  t.notThrows(() => createCgroup(tree.layout, '/mini/a', {}, { files: tree.files }));
  t.is(tree.read('mini/a/pids.max'), '7');
});

test('only some trees: those asked for and those that limits need', (t) => {
  const tree = makeTree(t);
  createCgroup(tree.layout, '/m', { pids: { limit: 7 } }, { files: tree.files, controllers: ['memory'] });
  t.deepEqual(tree.groups(), ['memory/m', 'pids/m']);
});

for (const [path, fault] of [
  ['mini', 'it is not absolute'],
  ['', 'it is not absolute'],
  ['/', 'it is the root of all groups'],
  ['/a/../b', 'it has a part ".."'],
  ['/./b', 'it has a part "."'],
  ['/a//b', 'it has an empty part'],
  ['/a/', 'it has an empty part'],
  ['/a\nb', 'it has a control character'],
  ['/a\0b', 'it has a control character'],
  [`/${'x'.repeat(256)}`, 'it has a part of more than 255 bytes'],
] as const) {
  test(`path ${JSON.stringify(path).slice(0, 20)}`, (t) => {
    const tree = makeTree(t);
    const error = catchError(t, () => createCgroup(tree.layout, path, {}, { files: tree.files }));
    t.is(error.code, 'cgroup-path');
    t.is(error.message, `failed to use cgroup path ${JSON.stringify(path)}: ${fault}`);
    t.deepEqual(tree.groups(), []);
    t.throws(() => openCgroup(tree.layout, path), { message: error.message });
    t.throws(() => canCreate(tree.layout, path), { message: error.message });
  });
}

test('found again, in the trees that have it', (t) => {
  const tree = makeTree(t);
  t.is(openCgroup(tree.layout, '/mini/a', tree.files), undefined);
  createCgroup(tree.layout, '/mini/a', {}, { files: tree.files });
  t.is(openCgroup(tree.layout, '/mini/a', tree.files)?.directories.length, 10);
  tree.files.removeDirectory(`${tree.root}/cpu/mini/a`);
  t.is(openCgroup(tree.layout, '/mini/a', tree.files)?.directories.length, 9);
});

test('whether we may', (t) => {
  const tree = makeTree(t);
  t.true(canCreate(tree.layout, '/mini/a/b'));
  const nowhere = { mode: 'v2' as const, hierarchies: makeV2Layout('/nonexistent').hierarchies };
  t.false(canCreate(nowhere, '/mini/a'));
});

test('groups are listed that only some trees have, and none is no fault', (t) => {
  const tree = makeTree(t);
  t.deepEqual(listCgroups(tree.layout, '/mini', tree.files), []);
  createCgroup(tree.layout, '/mini/a', {}, { files: tree.files });
  createCgroup(tree.layout, '/mini/b', {}, { files: tree.files, controllers: ['pids'] });
  t.deepEqual(listCgroups(tree.layout, '/mini', tree.files).sort(), ['a', 'b']);
});

const denyAll = { devices: [{ allow: false }] };

test('v2: device rules are a program on the directory, and a note where nobody attaches it', (t) => {
  const tree = makeTree(t, makeV2Layout);
  const attached: number[] = [];
  const kernel = { attachDeviceProgram: (_: number, { length }: Uint8Array) => void attached.push(length) };
  t.deepEqual(createCgroup(tree.layout, '/mini/a', denyAll, { files: tree.files, kernel }).notes, []);
  createCgroup(tree.layout, '/mini/b', { pids: { limit: 1 } }, { files: tree.files, kernel });
  t.is(attached.length, 1);
  t.deepEqual(createCgroup(tree.layout, '/mini/c', denyAll, { files: tree.files }).notes, [
    'linux.resources.devices was discarded: there is no kernel to attach a device program',
  ]);
});

test('v2: a device program that is refused takes the group away again', (t) => {
  const tree = makeTree(t, makeV2Layout);
  const kernel = {
    attachDeviceProgram() {
      throw Object.assign(new Error('EINVAL invalid argument'), { context: { errno: 22 } });
    },
  };
  const error = catchError(t, () =>
    createCgroup(tree.layout, '/mini/a', denyAll, { files: tree.files, kernel }),
  );
  t.is(error.code, 'cgroup-write');
  t.is(error.context.field, 'linux.resources.devices');
  t.regex(error.message, /^failed to attach the device rules \(linux\.resources\.devices\): /);
  t.deepEqual(tree.groups(), []);
});

test('hybrid: where v1 has the controller there is no program', (t) => {
  const tree = makeTree(t);
  const kernel = { attachDeviceProgram: () => t.fail() };
  createCgroup(tree.layout, '/mini/a', denyAll, { files: tree.files, kernel });
  t.true(tree.writes.includes('devices/mini/a/devices.deny = a'));
});
