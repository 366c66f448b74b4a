import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IdMapping, Spec } from '@mini/contracts';
import { makeBusyboxRoot } from '@mini/tools';
import { execaSync } from 'execa';
import { freshName } from '../support/detached.js';
import { MINI_OCI } from '../support/oci.js';
import { testUnless } from '../support/skip.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { COUNT, makeUserWithIds, type UserWithIds, whyNoUserWithIds } from '../support/user-with-ids.js';

const reason = whyNoUserWithIds();

/** What `mini-oci spec --rootless` writes, changed, with a root that is the user's. */
async function makeBundle(user: UserWithIds, change: (spec: Spec) => Spec): Promise<string> {
  const bundle = join(user.home, freshName());
  mkdirSync(join(bundle, 'rootfs'), { recursive: true });
  makeBusyboxRoot(join(bundle, 'rootfs'));
  execaSync('chown', ['-R', `${user.id}:${user.id}`, bundle]);
  const { exitCode, stderr } = await user.run([MINI_OCI, 'spec', '--rootless', '--bundle', bundle]);
  if (exitCode !== 0) throw new Error(stderr);
  const path = join(bundle, 'config.json');
  const spec = JSON.parse(readFileSync(path, 'utf8')) as Spec;
  writeFileSync(path, JSON.stringify(change({ ...spec, process: { ...spec.process, terminal: false } })));
  return bundle;
}

function withMaps(spec: Spec, uidMappings: IdMapping[], gidMappings: IdMapping[], script: string): Spec {
  const process = { ...spec.process, args: ['sh', '-c', script] };
  return { ...spec, process, linux: { ...spec.linux, uidMappings, gidMappings } };
}

const mapping = (containerID: number, hostID: number, size: number): IdMapping => ({
  containerID,
  hostID,
  size,
});

testUnless(reason, 'oci.user-ids', "an ordinary user's container has several ids", async (t) => {
  const user = makeUserWithIds();
  const before = takeSnapshot();
  const { id, firstUid, firstGid } = user;
  const script =
    'tr -s " " < /proc/self/uid_map; tr -s " " < /proc/self/gid_map; id -u; id -g; id -G; touch /tmp/f; stat -c "%u:%g" /tmp/f';
  const bundle = await makeBundle(user, (spec) => {
    const maps = withMaps(
      spec,
      [mapping(0, id, 1), mapping(1, firstUid, COUNT)],
      [mapping(0, id, 1), mapping(1, firstGid, COUNT)],
      script,
    );
    const mounts = [...(spec.mounts ?? []), { destination: '/tmp', type: 'tmpfs', options: ['mode=1777'] }];
    return {
      ...maps,
      mounts,
      process: { ...maps.process, user: { uid: 7, gid: 8, additionalGids: [8, 9] } },
    };
  });
  t.like(await user.run([MINI_OCI, 'run', '--bundle', bundle, 'one']), {
    exitCode: 0,
    stdout: ` 0 ${id} 1\n 1 ${firstUid} ${COUNT}\n 0 ${id} 1\n 1 ${firstGid} ${COUNT}\n7\n8\n8 9\n7:8\n`,
    stderr: '',
  });
  t.deepEqual(await differenceSince(before), NOTHING);
});

testUnless(
  reason,
  'oci.user-ids',
  'ids that are not the user’s are refused in the words of newuidmap',
  async (t) => {
    const user = makeUserWithIds();
    const before = takeSnapshot();
    const { id, firstGid } = user;
    const bundle = await makeBundle(user, (spec) =>
      withMaps(
        spec,
        [mapping(0, id, 1), mapping(1, 1_000_000, COUNT)],
        [mapping(0, id, 1), mapping(1, firstGid, COUNT)],
        'true',
      ),
    );
    const { exitCode, stderr } = await user.run([MINI_OCI, 'run', '--bundle', bundle, 'two']);
    t.is(exitCode, 1);
    t.regex(
      stderr,
      /^failed to map the ids of process \d+ by "\/usr\/bin\/newuidmap" \(linux\.uidMappings\): newuidmap: uid range \[1-65537\) -> \[1000000-1065536\) not allowed\n$/,
    );
    t.deepEqual(await differenceSince(before), NOTHING);
  },
);

testUnless(
  reason,
  'oci.user-ids',
  'a user namespace that is there already is joined by its path',
  async (t) => {
    const user = makeUserWithIds();
    const before = takeSnapshot();
    const bundle = await makeBundle(user, ({ linux, ...spec }) => {
      const { uidMappings: _, gidMappings: __, ...rest } = linux;
      const namespaces = rest.namespaces.map((each) =>
        each.type === 'user' ? { type: each.type, path: '/proc/PID/ns/user' } : each,
      );
      const args = ['sh', '-c', 'tr -s " " < /proc/self/uid_map; id -u; id -G'];
      const process = { ...spec.process, args, user: { uid: 7, gid: 8, additionalGids: [9] } };
      return { ...spec, process, linux: { ...rest, namespaces } };
    });
    // Somebody else of the same user has made it, and writes where it is found.
    const script = [
      'unshare --user sleep 100 & pid=$!',
      'while [ "$(readlink /proc/$pid/ns/user)" = "$(readlink /proc/$$/ns/user)" ]; do sleep 0.05; done',
      `newuidmap $pid 0 ${user.id} 1 1 ${user.firstUid} 100; newgidmap $pid 0 ${user.id} 1 1 ${user.firstGid} 100`,
      'sed -i s,/proc/PID/,/proc/$pid/, "$1/config.json"',
      '"$0" run --bundle "$1" three; code=$?; kill $pid; exit $code',
    ].join('\n');
    t.like(await user.run(['sh', '-c', script, MINI_OCI, bundle]), {
      exitCode: 0,
      stdout: ` 0 ${user.id} 1\n 1 ${user.firstUid} 100\n7\n8 9\n`,
      stderr: '',
    });
    t.deepEqual(await differenceSince(before), NOTHING);
  },
);
