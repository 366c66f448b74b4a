import { MOUNT_ATTR } from '@mini/contracts';
import test from 'ava';
import { compileMounts } from '../src/index.js';
import { withMounts } from './spec.js';

test('an overlay is mounted from its directories, one by one', (t) => {
  const spec = withMounts({
    destination: '/image',
    type: 'overlay',
    source: 'overlay',
    options: ['lowerdir=/a\\:b:/c,d', 'upperdir=/u', 'workdir=/w', 'userxattr', 'nodev'],
  });
  t.deepEqual(compileMounts({ ...spec, linux: { ...spec.linux, mountLabel: 'label' } }), [
    {
      op: 'overlay',
      lowers: ['/a:b', '/c,d'],
      upper: '/u',
      work: '/w',
      target: '/image',
      options: ['userxattr', 'context=label'],
      origin: 'mounts[0]',
    },
    {
      op: 'mount_attributes',
      target: '/image',
      attributesSet: MOUNT_ATTR.NODEV,
      attributesClear: 0,
      recursive: 0,
      propagation: 0,
      origin: 'mounts[0]',
    },
  ]);
  const asOfNow = { destination: '/image', type: 'overlay', options: ['lowerdir+=/a', 'lowerdir+=/b'] };
  t.like(compileMounts(withMounts(asOfNow)), [{ op: 'mount', fstype: 'overlay', options: asOfNow.options }]);
});
