import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from '@mini/contracts';
import test from 'ava';
import { openRoot } from '../../src/index.js';
import { compileUnprivilegedHost } from '../../src/unprivileged/compile-unprivileged-host.js';
import { makeFakeKernel } from '../fake-kernel.js';
import { makeTree } from '../temporary-tree.js';

test('a directory is cloned by the helper', (t) => {
  const path = makeTree(t);
  const { kernel, calls } = makeFakeKernel();
  const context = { containerDirectory: makeTree(t), unprivileged: true };
  const root = openRoot(kernel, { kind: 'directory', path }, context);
  t.teardown(root.close);
  t.deepEqual(root.steps, [{ op: 'root_tree', source: path, recursive: 1, origin: 'root.path' }]);
  t.deepEqual(root.passFds, []);
  t.deepEqual(calls, []);
});

test('an overlay is mounted by the helper, with marks that a user may set', (t) => {
  const lower = join(makeTree(t), 'a:b');
  mkdirSync(lower);
  const containerDirectory = makeTree(t);
  const { kernel } = makeFakeKernel();
  const root = openRoot(
    kernel,
    { kind: 'overlay', lowers: [lower] },
    { containerDirectory, unprivileged: true },
  );
  t.teardown(root.close);
  t.deepEqual(root.steps, [
    {
      op: 'overlay',
      lowers: [lower],
      upper: `${containerDirectory}/upper`,
      work: `${containerDirectory}/work`,
      target: '',
      options: ['userxattr'],
      origin: 'root.path',
    },
  ]);
  t.deepEqual(root.againSteps, root.steps);
});

test('a missing root is named', (t) => {
  const { kernel } = makeFakeKernel();
  const path = join(makeTree(t), 'missing');
  t.throws(
    () => openRoot(kernel, { kind: 'directory', path }, { containerDirectory: '/x', unprivileged: true }),
    { message: `failed to open the root "${path}": ENOENT no such file or directory` },
  );
});

const summary = (step: Step) => {
  if (step.op === 'bind') return `bind ${step.target} ${step.attributesSet}`;
  if (step.op === 'symlink') return `link ${step.path} -> ${step.content}`;
  if (step.op === 'mkdir') return `mkdir ${step.path} ${step.mode.toString(8)}`;
  return step.op === 'mount' ? `${step.fstype} ${step.target} ${step.options}` : step.op;
};

test('the host is put together from the directories of the system', (t) => {
  const steps = compileUnprivilegedHost(
    [
      { name: 'bin', target: 'usr/bin' },
      { name: 'usr' },
      { name: 'var' },
      { name: 'home' },
      { name: 'data' },
    ],
    ['/home/me/.local/share/mini', '/var/lib/mini', '/var/tmp/c', '/data/c', '/bin/x'],
  );
  t.deepEqual(steps.map(summary), [
    'root_fs',
    'link /bin -> usr/bin',
    'bind /usr 1',
    'bind /var 1',
    'mkdir /dev 755',
    'mkdir /home 755',
    'mkdir /mnt 755',
    'mkdir /proc 555',
    'mkdir /root 700',
    'mkdir /run 755',
    'mkdir /run/lock 1777',
    'mkdir /sys 555',
    'mkdir /tmp 1777',
    'tmpfs /var/tmp mode=1777',
    'tmpfs /var/lib/mini mode=755',
  ]);
});
