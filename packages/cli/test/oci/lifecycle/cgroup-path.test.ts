import test from 'ava';
import { cgroupPathOf } from '../../../src/oci/lifecycle/cgroup-path.js';

test('three forms of cgroupsPath', (t) => {
  t.is(cgroupPathOf(undefined, 'id'), '/mini-oci/id');
  t.is(cgroupPathOf('', 'id'), '/mini-oci/id');
  t.is(cgroupPathOf('/docker//x/', 'id'), '/docker/x');
  t.is(cgroupPathOf('a/b', 'id'), '/mini-oci/a/b');
  t.throws(() => cgroupPathOf('system.slice:docker:x', 'id'), {
    code: 'unsupported',
    message:
      'failed to use the cgroup "system.slice:docker:x" (linux.cgroupsPath): it is a slice of systemd, which cannot be asked',
  });
});
