import test from 'ava';
import { createCgroup, openCgroup } from '../src/index.js';
import { makeV2Layout } from './layouts.js';
import { makeGroup } from './made-group.js';

test('removal takes the groups below first, and is no fault twice', (t) => {
  const { tree, cgroup } = makeGroup(t);
  tree.files.makeDirectory(`${tree.root}/pids/mini/a/x`);
  tree.files.makeDirectory(`${tree.root}/pids/mini/a/x/y`);
  cgroup.remove();
  t.false(tree.groups().some((group) => group.includes('/a')));
  t.true(tree.groups().includes('pids/mini'));
  t.notThrows(() => cgroup.remove({ parents: true }));
  t.deepEqual(tree.groups(), []);
});

test('removal with parents leaves those that others use', (t) => {
  const { tree, cgroup } = makeGroup(t);
  createCgroup(tree.layout, '/mini/b', {}, { files: tree.files });
  cgroup.remove({ parents: true });
  t.true(tree.groups().includes('pids/mini/b'));
});

test('removal waits for a dying process', (t) => {
  const { tree, cgroup } = makeGroup(t, makeV2Layout);
  tree.set('mini/a/cgroup.procs', '77\n');
  let attempts = 0;
  const { removeDirectory } = tree.files;
  (tree.files as { removeDirectory: unknown }).removeDirectory = (path: string) => {
    attempts += 1;
    if (attempts === 3) tree.set('mini/a/cgroup.procs', '');
    removeDirectory(path);
  };
  cgroup.remove();
  t.is(attempts, 3);
  t.deepEqual(tree.groups(), ['mini']);
});

test('what cannot be removed is named, and the rest is removed all the same', (t) => {
  const { tree, cgroup } = makeGroup(t);
  tree.set('memory/mini/a/cgroup.procs', '77\n78\n');
  tree.faults.set('rmdir pids/mini/a', 'EACCES');
  const error = t.throws(() => cgroup.remove({ timeoutMs: 5 })) as Error & {
    code: string;
    context: { cleanup: Error[] };
  };
  t.is(error.code, 'cgroup-busy');
  t.is(
    error.message,
    `failed to remove cgroup "${tree.root}/memory/mini/a" (processes in it: 77, 78): EBUSY resource busy or locked`,
  );
  t.deepEqual(
    error.context.cleanup.map(({ message }) => message),
    [`failed to remove cgroup "${tree.root}/pids/mini/a": EACCES permission denied`],
  );
  t.deepEqual(
    tree.groups().filter((group) => group.endsWith('/a')),
    ['memory/mini/a', 'pids/mini/a'],
  );
});

test('a group in which nothing is left is destroyed by one call for each tree', (t) => {
  const { tree, cgroup } = makeGroup(t);
  const asked: string[] = [];
  const ask = (path: string) => {
    asked.push(path);
    return '';
  };
  const files = {
    ...tree.files,
    read: ask,
    exists: () => true,
    listDirectories: (path: string) => [ask(path)],
  };
  openCgroup(tree.layout, cgroup.path, files)!.destroy();
  t.deepEqual(asked, []);
  t.deepEqual(
    tree.groups().filter((path) => path.endsWith('/a')),
    [],
  );
});

test('a process that is in one tree alone is waited for, though the group is gone from the others', (t) => {
  const { tree, cgroup } = makeGroup(t);
  const procs = 'pids/mini/a/cgroup.procs';
  // No process has this number: it is beyond pid_max.
  tree.set(procs, '4194305\n');
  let reads = 0;
  const read = (path: string) => {
    const text = tree.files.read(path);
    if (path.endsWith(procs) && ++reads === 4) tree.set(procs, '');
    return text;
  };
  openCgroup(tree.layout, cgroup.path, { ...tree.files, read })!.destroy();
  t.true(reads > 4);
  t.deepEqual(
    tree.groups().filter((path) => path.endsWith('/a')),
    [],
  );
});
