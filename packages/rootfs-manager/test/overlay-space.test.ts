import { existsSync, rmSync } from 'node:fs';
import { errnoOf } from '@mini/contracts';
import test from 'ava';
import { openOverlaySpace } from '../src/overlay-space.js';
import { kernelError, makeFakeKernel } from './fake-kernel.js';
import { makeTree } from './temporary-tree.js';

const OVERLAY = 0x794c7630;
const TMPFS = 0x01021994;

test('changes lie with the container', (t) => {
  const directory = makeTree(t);
  const { kernel, calls } = makeFakeKernel();
  const space = openOverlaySpace(kernel, directory);
  t.is(space.path, directory);
  t.is(space.extraDirectory, undefined);
  t.deepEqual(calls, []);
});

test('on an overlay they lie in a tmpfs of which nothing is seen', (t) => {
  const tmpfs = makeTree(t);
  const { kernel, calls } = makeFakeKernel(undefined, tmpfs);
  const space = openOverlaySpace(kernel, makeTree(t), () => OVERLAY);
  t.teardown(space.close);
  t.deepEqual(
    calls.map(([name, fstype]) => [name, fstype]),
    [
      ['mountDetached', 'tmpfs'],
      ['mountDetached', 'overlay'],
    ],
  );
  t.regex(space.path, /^\/proc\/self\/fd\/\d+$/);
  t.true(space.isDetached);
  t.true(existsSync(`${space.path}/trial/upper`));
});

test('a kernel that takes no detached layer, or nobody to ask, gets a directory on a mounted tmpfs', (t) => {
  const { kernel } = makeFakeKernel((name, ...args) => {
    if (name === 'mountDetached' && args[0] === 'overlay')
      throw kernelError('mount "overlay"', errnoOf('EINVAL'));
  }, makeTree(t));
  const typeOf = (path: string) => (path === '/tmp' ? TMPFS : OVERLAY);
  for (const asked of [kernel, undefined]) {
    const space = openOverlaySpace(asked, makeTree(t), typeOf);
    t.teardown(() => rmSync(space.path, { recursive: true, force: true }));
    t.regex(space.path, /^\/tmp\/mini-/);
    t.is(space.extraDirectory, space.path);
  }
});

test('a machine without any place says so', (t) => {
  t.throws(() => openOverlaySpace(undefined, makeTree(t), () => OVERLAY), {
    code: 'root-failed',
    message:
      'failed to find a place for the changes of the container: none of /run, /dev/shm, /tmp is a tmpfs',
  });
});
