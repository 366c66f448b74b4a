import { decodePlan, encodePlan, MOUNT_ATTR, MS } from '@mini/contracts';
import test from 'ava';
import { compileMounts, listPassedBinds } from '../src/index.js';
import { withMounts } from './spec.js';

const { RDONLY } = MOUNT_ATTR;

test('a subdirectory is looked up within the source', (t) => {
  const mount = { destination: '/dst', type: 'bind', source: '/src' } as const;
  const options = ['rbind', 'rprivate', 'ro', 'X-mount.subdir=a/b'];
  const steps = compileMounts(withMounts({ ...mount, options }));
  t.deepEqual(steps, [
    {
      op: 'bind_within',
      source: '/src',
      within: 'a/b',
      target: '/dst',
      recursive: 1,
      attributesSet: RDONLY,
      attributesClear: 0,
      propagation: MS.PRIVATE,
      origin: 'mounts[0]',
    },
  ]);
  t.deepEqual(decodePlan(encodePlan({ steps })).steps.length, 1);
  t.like(listPassedBinds(withMounts({ ...mount, options: ['rshared', 'X-mount.subdir=a'] }), '/')[0], {
    source: '/src',
    subdirectory: 'a',
  });
  const passed = compileMounts(withMounts({ ...mount, options }), { bindFds: new Map([[0, 9]]) });
  t.like(passed[0], { op: 'bind', fd: 9 });
  t.throws(
    () => compileMounts(withMounts({ destination: '/d', type: 'tmpfs', options: ['X-mount.subdir=a'] })),
    {
      message: 'failed to compile the mounts: mounts[0].options a subdirectory is mounted by a bind alone',
    },
  );
  t.throws(() => compileMounts(withMounts({ ...mount, options: ['bind', 'X-mount.subdir='] })), {
    message: 'failed to compile the mounts: mounts[0].options the subdirectory is empty',
  });
});
