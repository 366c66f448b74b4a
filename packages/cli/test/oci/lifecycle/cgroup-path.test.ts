import test from 'ava';
import { cgroupPathOf, scopeOf } from '../../../src/oci/lifecycle/cgroup-path.js';

test('absolute and relative forms of cgroupsPath', (t) => {
  t.is(cgroupPathOf(undefined, 'id'), '/mini-oci/id');
  t.is(cgroupPathOf('', 'id'), '/mini-oci/id');
  t.is(cgroupPathOf('/docker//x/', 'id'), '/docker/x');
  t.is(cgroupPathOf('a/b', 'id'), '/mini-oci/a/b');
});

test("systemd's form means the group that systemd would make", (t) => {
  t.is(cgroupPathOf('system.slice:docker:x', 'id'), '/system.slice/docker-x.scope');
  t.is(cgroupPathOf(':docker:x', 'id'), '/system.slice/docker-x.scope');
  t.is(cgroupPathOf('a-b-c.slice::x', 'id'), '/a.slice/a-b.slice/a-b-c.slice/x.scope');
  t.is(cgroupPathOf('-.slice:p:x', 'id'), '/p-x.scope');
  t.is(cgroupPathOf('a.slice:p:a-x.slice', 'id'), '/a.slice/a-x.slice');
  for (const slice of ['a', 'a--b.slice', '-a.slice', '.slice']) {
    t.throws(() => cgroupPathOf(`${slice}:p:x`, 'id'), {
      code: 'bad-cgroups-path',
      message: `failed to use the cgroup slice "${slice}" (linux.cgroupsPath): it is no name of a slice, such as "a-b.slice"`,
    });
  }
});

test('systemd makes a scope, in system.slice where nobody says another', (t) => {
  t.deepEqual(scopeOf('a-b.slice:docker:x', 'id'), {
    slice: 'a-b.slice',
    unit: 'docker-x.scope',
    path: '/a.slice/a-b.slice/docker-x.scope',
  });
  const own = { slice: 'system.slice', unit: 'mini-oci-id.scope', path: '/system.slice/mini-oci-id.scope' };
  t.deepEqual([scopeOf(undefined, 'id'), scopeOf('', 'id')], [own, own]);
  for (const path of ['/a/b', 'a', 'a.slice:p:x.slice', 'a.slice:p:x:y']) {
    t.throws(() => scopeOf(path, 'id'), {
      code: 'bad-cgroups-path',
      message: `failed to use the cgroup path "${path}" (linux.cgroupsPath): expected cgroupsPath to be of format "slice:prefix:name" for systemd cgroups`,
    });
  }
});
