import test from 'ava';
import { parseModulePaths } from '../../src/vm/initramfs.js';

test('modules are listed once, in loading order, without the built-in ones', (t) => {
  const output = [
    'insmod /lib/modules/6.1/virtio_ring.ko ',
    'insmod /lib/modules/6.1/virtio.ko ',
    'builtin ext4',
    'insmod /lib/modules/6.1/virtio_ring.ko ',
    'insmod /lib/modules/6.1/virtiofs.ko.xz ',
  ].join('\n');
  t.deepEqual(parseModulePaths(output), [
    '/lib/modules/6.1/virtio_ring.ko',
    '/lib/modules/6.1/virtio.ko',
    '/lib/modules/6.1/virtiofs.ko.xz',
  ]);
});
