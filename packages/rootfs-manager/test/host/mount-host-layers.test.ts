import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '@mini/contracts';
import test from 'ava';
import { mountHostLayers } from '../../src/host/open-host-root.js';
import { kernelError, makeFakeKernel } from '../fake-kernel.js';
import { makeTree } from '../temporary-tree.js';

test('what is hidden is written to the upper directory with mode and parents of the original', (t) => {
  const machine = makeTree(t, {
    'etc/shadow': ['root:$6$hash:1::::::\n', 0o640],
    'var/lib': [null, 0o711],
    'var/lib/db/x': 'x',
    'var/lib/db': [null, 0o750],
    'etc/key': 'x',
  });
  const space = makeTree(t);
  const { kernel, calls, closeAll } = makeFakeKernel();
  t.teardown(closeAll);
  const layer = {
    mountPoint: machine,
    hidden: [
      { path: `${machine}/etc/shadow`, how: 'replace', content: 'root:*:1::::::\n' },
      { path: `${machine}/etc/key`, how: 'remove' },
      { path: `${machine}/var/lib/db`, how: 'empty' },
    ],
  } as const;
  const mounts = mountHostLayers(kernel, [layer], { path: space, close() {} }, 7);
  const unfinished = join(space, 'upper.unfinished');
  t.deepEqual(calls.slice(0, 2), [
    ['mknod', join(unfinished, 'etc/key'), 0o020000, 0n],
    ['setXattr', join(unfinished, 'var/lib/db'), 'trusted.overlay.opaque', 'y'],
  ]);
  t.is(calls[2]?.[0], 'mountDetached');
  t.deepEqual(mounts.steps, [{ op: 'root_fd', fd: 7, origin: 'root.path' }]);
  const upper = join(space, 'upper');
  t.is(readFileSync(join(upper, 'etc/shadow'), 'utf8'), 'root:*:1::::::\n');
  const modeOf = (path: string) => (statSync(join(upper, path)).mode & 0o7777).toString(8);
  t.deepEqual(['etc/shadow', 'etc', 'var/lib', 'var/lib/db'].map(modeOf), ['640', '755', '711', '750']);
});

test('each file system below has an overlay of its own, attached after the root', (t) => {
  const [root, usr, space] = [makeTree(t), makeTree(t), makeTree(t)];
  const { kernel, calls, closeAll } = makeFakeKernel();
  t.teardown(closeAll);
  const layers = [root, usr].map((mountPoint) => ({ mountPoint, hidden: [] }));
  const { steps, againSteps, fds } = mountHostLayers(kernel, layers, { path: space, close() {} }, 5);
  t.is(fds.length, 2);
  t.like(againSteps[0], { op: 'overlay', lowers: [root], target: '' });
  t.like(againSteps[1], { lowers: [usr], upper: join(space, 'submounts/1/upper'), target: usr });
  t.like(steps[1], { op: 'bind', fd: 6, target: usr, targetKind: 0, origin: 'root.path' });
  t.deepEqual(
    calls.map(([, , options]) => (options as string[][]).slice(1, 3)),
    [
      [
        ['lowerdir', root],
        ['upperdir', join(space, 'upper')],
      ],
      [
        ['lowerdir', usr],
        ['upperdir', join(space, 'submounts/1/upper')],
      ],
    ],
  );
});

test('an upper directory that hides only half never gets its name', (t) => {
  const machine = makeTree(t, { key: 'x' });
  const space = makeTree(t);
  const { kernel } = makeFakeKernel(() => {
    throw kernelError('make the node "key"', errnoOf('EPERM'));
  });
  const layer = { mountPoint: machine, hidden: [{ path: `${machine}/key`, how: 'remove' }] } as const;
  t.throws(() => mountHostLayers(kernel, [layer], { path: space, close() {} }, 5), {
    message: `failed to make the directories of the overlay in "${space}": EPERM operation not permitted`,
  });
  t.false(existsSync(join(space, 'upper')));
});

test('what has vanished since it was found needs no hiding', (t) => {
  const machine = makeTree(t, { etc: null });
  const space = makeTree(t);
  const { kernel, closeAll } = makeFakeKernel();
  t.teardown(closeAll);
  const hidden = [
    { path: `${machine}/gone/key`, how: 'remove' },
    { path: `${machine}/etc/gone`, how: 'empty' },
  ] as const;
  t.notThrows(() =>
    mountHostLayers(kernel, [{ mountPoint: machine, hidden }], { path: space, close() {} }, 5),
  );
});
