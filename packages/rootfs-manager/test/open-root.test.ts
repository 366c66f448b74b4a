import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, MS, type Step } from '@mini/contracts';
import test from 'ava';
import { openRoot } from '../src/index.js';
import { kernelError, makeFakeKernel } from './fake-kernel.js';
import { makeTree } from './temporary-tree.js';

test('a directory is cloned with all below it, and private', (t) => {
  const root = makeTree(t);
  const { kernel, calls } = makeFakeKernel();
  const opened = openRoot(kernel, { kind: 'directory', path: root }, { containerDirectory: makeTree(t) });
  t.teardown(opened.close);
  t.deepEqual(calls, [['cloneTree', root, { recursive: true, propagation: MS.PRIVATE }]]);
  t.deepEqual(opened.steps, [{ op: 'root_fd', fd: 5, origin: 'root.path' }]);
  t.deepEqual(opened.passFds, [opened.fd]);
  t.deepEqual(opened.againSteps, [{ op: 'root_tree', source: root, recursive: 1, origin: 'root.path' }]);
});

test('an overlay names its layers by descriptor, and its changes lie with the container', (t) => {
  const lowers = [makeTree(t, { '.': [null, 0o711] }), makeTree(t)];
  const containerDirectory = makeTree(t);
  const { kernel, calls } = makeFakeKernel();
  const opened = openRoot(kernel, { kind: 'overlay', lowers }, { containerDirectory, firstFd: 9 });
  t.teardown(opened.close);
  t.deepEqual(calls, [
    [
      'mountDetached',
      'overlay',
      [
        ['source', 'overlay'],
        ['lowerdir', lowers.join(':')],
        ['upperdir', join(containerDirectory, 'upper')],
        ['workdir', join(containerDirectory, 'work')],
      ],
      0,
    ],
  ]);
  t.deepEqual(opened.steps, [{ op: 'root_fd', fd: 9, origin: 'root.path' }]);
  const [upper, work] = ['upper', 'work'].map((name) => join(containerDirectory, name));
  t.deepEqual(opened.againSteps, [
    { op: 'overlay', lowers, upper, work, target: '', options: [], origin: 'root.path' } as Step,
  ]);
  t.is(statSync(join(containerDirectory, 'upper')).mode & 0o777, 0o711);
  t.deepEqual(readdirSync(containerDirectory).sort(), ['upper', 'work']);
});

test('layers that fill more than one string are given one by one', (t) => {
  const layer = makeTree(t);
  const { kernel, calls } = makeFakeKernel();
  const opened = openRoot(
    kernel,
    { kind: 'overlay', lowers: Array<string>(20).fill(layer) },
    { containerDirectory: makeTree(t) },
  );
  t.teardown(opened.close);
  const options = calls[0]?.[2] as string[][];
  t.is(options.filter(([key, path]) => key === 'lowerdir+' && path === layer).length, 20);
});

test('a kernel without that gets them by number', (t) => {
  const { kernel, calls } = makeFakeKernel((_, __, options) => {
    const [, lower] = options as string[][];
    if (lower?.[0] === 'lowerdir+') throw kernelError('mount "overlay"', errnoOf('EINVAL'));
  });
  const here = process.cwd();
  const opened = openRoot(
    kernel,
    { kind: 'overlay', lowers: Array<string>(20).fill(makeTree(t)) },
    { containerDirectory: makeTree(t) },
  );
  t.teardown(opened.close);
  const [, [key, lowers = ''] = []] = (calls[1]?.[2] ?? []) as [string[]?, string[]?];
  t.is(key, 'lowerdir');
  t.regex(lowers, /^\d+(:\d+){19}$/);
  t.is(process.cwd(), here);
});

test('an overlay keeps what an earlier start wrote, and nothing of one that was cut off', (t) => {
  const containerDirectory = makeTree(t, {
    'upper/kept': 'x',
    'upper.unfinished/half': 'x',
    work: null,
  });
  const { kernel } = makeFakeKernel();
  const request = { kind: 'overlay', lowers: [makeTree(t)] } as const;
  openRoot(kernel, request, { containerDirectory }).close();
  t.deepEqual(readdirSync(join(containerDirectory, 'upper')), ['kept']);
  const fresh = makeTree(t, { 'upper.unfinished/half': 'x' });
  openRoot(kernel, request, { containerDirectory: fresh }).close();
  t.deepEqual(readdirSync(fresh).sort(), ['upper', 'work']);
  t.deepEqual(readdirSync(join(fresh, 'upper')), []);
});

test('a root that is missing or no directory is named, and nothing is made', (t) => {
  const tree = makeTree(t, { file: 'x', 'a: b/file': 'x' });
  const containerDirectory = makeTree(t);
  const { kernel, calls } = makeFakeKernel();
  const openPlain = (path: string) => openRoot(kernel, { kind: 'directory', path }, { containerDirectory });
  const openOverlay = (path: string) =>
    openRoot(kernel, { kind: 'overlay', lowers: [path] }, { containerDirectory });
  for (const open of [openPlain, openOverlay]) {
    t.like(
      t.throws(() => open(`${tree}/missing`)),
      {
        code: 'bad-root',
        message: `failed to open the root "${tree}/missing": ENOENT no such file or directory`,
      },
    );
    t.like(
      t.throws(() => open(`${tree}/file`)),
      {
        code: 'bad-root',
        message: `failed to open the root "${tree}/file": ENOTDIR not a directory`,
      },
    );
    t.is(
      t.throws(() => open(`${tree}/a: b/file`)).message,
      `failed to open the root "${tree}/a: b/file": ENOTDIR not a directory`,
    );
  }
  t.deepEqual(calls, []);
  t.deepEqual(readdirSync(containerDirectory), []);
});

test('what the kernel refuses is told with its reason', (t) => {
  const layer = makeTree(t);
  const { kernel } = makeFakeKernel((name) => {
    throw kernelError(
      name === 'cloneTree' ? 'clone the mounts at "/x: y"' : 'mount "overlay"',
      errnoOf('EPERM'),
    );
  });
  const context = { containerDirectory: makeTree(t) };
  t.like(
    t.throws(() => openRoot(kernel, { kind: 'overlay', lowers: [layer] }, context)),
    {
      code: 'root-failed',
      message: `failed to mount an overlay over "${layer}": EPERM operation not permitted`,
    },
  );
  t.throws(() => openRoot(kernel, { kind: 'directory', path: layer }, context), {
    message: `failed to open the root "${layer}": EPERM operation not permitted`,
  });
});
