import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCgroup, detectCgroupLayout } from '@mini/cgroup-manager';
import test from 'ava';
import { makeBundle } from '../support/bundle.js';
import { freshId, oci, ociToFile, stateOf } from '../support/oci.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const layout = detectCgroupLayout();

/** A control file of a group, by its name on v2, or else by controller and name on v1; what stands in it. */
function read(group: string, unified: string, controller: string, name: string): string {
  const hierarchy = layout.hierarchies.find(({ version, controllers }) =>
    layout.mode === 'v2' ? version === 2 : controllers.includes(controller),
  );
  return readFileSync(
    join(hierarchy!.mountPoint, group, layout.mode === 'v2' ? unified : name),
    'utf8',
  ).trim();
}

const readMemory = (group: string) => read(group, 'memory.max', 'memory', 'memory.limit_in_bytes');
const readPids = (group: string) => read(group, 'pids.max', 'pids', 'pids.max');
/** v2 has quota and period in one file. */
const readQuota = (group: string) => read(group, 'cpu.max', 'cpu', 'cpu.cfs_quota_us').split(' ')[0];

test('a container is born in its group, with its limits; they are changed, read and gone with it', async (t) => {
  const before = takeSnapshot();
  const id = freshId();
  const group = `/mini-oci/${id}`;
  const resources = {
    memory: { limit: 64 << 20 },
    pids: { limit: 50 },
    cpu: { quota: 50_000, period: 100_000 },
  };
  const bundle = makeBundle({ args: ['sleep', '1000'], linux: { resources } });
  const created = await ociToFile(['create', '--bundle', bundle, id]);
  t.deepEqual([created.exitCode, created.read()], [0, '']);
  const { pid } = (await stateOf(id))!;
  // A hierarchy that is mounted nowhere here has no group of ours.
  const groups = readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().split('\n');
  t.is(groups.filter((line) => line.endsWith(group)).length, layout.hierarchies.length, groups.join());
  t.deepEqual([readMemory(group), readPids(group), readQuota(group)], [String(64 << 20), '50', '50000']);

  t.is((await oci(['start', id])).exitCode, 0);
  t.is(
    (await oci(['update', '--memory', '33554432', '--pids-limit', '20', '--cpu-quota', '20000', id]))
      .exitCode,
    0,
  );
  t.deepEqual([readMemory(group), readPids(group), readQuota(group)], [String(32 << 20), '20', '20000']);
  const { data } = JSON.parse((await oci(['events', '--stats', id])).stdout);
  t.is(data.memory.usage.limit, 32 << 20);
  t.deepEqual(data.pids, { current: 1, limit: 20 });

  t.is((await oci(['pause', id])).exitCode, 0);
  t.is((await stateOf(id))?.status, 'paused');
  t.is((await oci(['resume', id])).exitCode, 0);
  t.deepEqual(JSON.parse((await oci(['ps', '--format', 'json', id])).stdout), [pid]);
  const inside = await oci(['exec', id, 'cat', '/proc/self/cgroup']);
  // Its own group is the root of what it sees.
  t.true(
    inside.stdout
      .trim()
      .split('\n')
      .every((line) => line.endsWith(':/')),
    inside.stdout,
  );
  t.is((await oci(['delete', '--force', id])).exitCode, 0);
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('an update that fails leaves the limits as they were', async (t) => {
  const id = freshId();
  const group = `/mini-oci/${id}`;
  const resources = { memory: { limit: 64 << 20 }, pids: { limit: 50 } };
  const bundle = makeBundle({ args: ['sleep', '1000'], linux: { resources } });
  t.is((await ociToFile(['run', '-d', '--bundle', bundle, id])).exitCode, 0);
  const before = [readMemory(group), readPids(group), readQuota(group)];
  // No machine here has so many processors.
  const words = ['--memory', '48M', '--pids-limit', '20', '--cpu-quota', '20000', '--cpuset-cpus', '8000'];
  const { exitCode, stderr } = await oci(['update', ...words, id]);
  t.is(exitCode, 1);
  t.regex(stderr, /^failed to set "cpuset.cpus" to "8000" \(linux\.resources\.cpu\.cpus\): /);
  t.deepEqual([readMemory(group), readPids(group), readQuota(group)], before);
  t.is((await oci(['delete', '--force', id])).exitCode, 0);
});

test('bursts and the idle class are taken in any order, and taken back', async (t) => {
  const id = freshId();
  const group = `/mini-oci/${id}`;
  const resources = { cpu: { quota: 50_000, period: 100_000, burst: 20_000 } };
  const bundle = makeBundle({ args: ['sleep', '1000'], linux: { resources } });
  t.is((await ociToFile(['create', '--bundle', bundle, id])).exitCode, 0);
  const update = async (...words: readonly string[]) => {
    const { exitCode, stderr } = await oci(['update', ...words, id]);
    return exitCode === 0 ? stderr : `${exitCode} ${stderr}`;
  };
  const readBurst = () => read(group, 'cpu.max.burst', 'cpu', 'cpu.cfs_burst_us');
  const readWeight = () => [
    read(group, 'cpu.idle', 'cpu', 'cpu.idle'),
    read(group, 'cpu.weight', 'cpu', 'cpu.shares'),
  ];
  t.is(readBurst(), '20000');
  // The present burst is above the new quota.
  t.is(await update('--cpu-quota', '15000', '--cpu-burst', '10000'), '');
  t.deepEqual([readQuota(group), readBurst()], ['15000', '10000']);
  t.is(await update('--cpu-burst', '0'), '');
  t.is(readBurst(), '0');

  t.is(await update('--cpu-idle', '1', '--cpu-share', '512'), '');
  const idle = readWeight();
  t.is(idle[0], '1');
  const [file, value] = layout.mode === 'v2' ? ['cpu.weight', '59'] : ['cpu.shares', '512'];
  const refused = `1 failed to set "${file}" to "${value}" (linux.resources.cpu.shares): EINVAL invalid argument\n`;
  t.is(await update('--cpu-share', '512'), refused);
  t.deepEqual(readWeight(), idle);
  t.is(await update('--cpu-idle', '0', '--cpu-share', '512'), '');
  t.deepEqual(readWeight(), ['0', value]);
  t.is((await oci(['delete', '--force', id])).exitCode, 0);
});

test('exec enters groups below the one of the container, on v1 for some controllers alone', async (t) => {
  const before = takeSnapshot();
  const id = freshId();
  // Its cgroup namespace would hide where it is.
  const namespaces = (['pid', 'mount'] as const).map((type) => ({ type }));
  const bundle = makeBundle({
    args: ['sleep', '1000'],
    linux: { namespaces },
    spec: { hostname: undefined },
  });
  t.is((await ociToFile(['create', '--bundle', bundle, id])).exitCode, 0);
  const below = createCgroup(layout, `/mini-oci/${id}/below`);
  const placesOf = async (...flags: readonly string[]) => {
    const { exitCode, stdout, stderr } = await oci(['exec', ...flags, id, 'cat', '/proc/self/cgroup']);
    if (exitCode !== 0) return [exitCode, stderr];
    const lines = stdout.split('\n').filter((line) => line.includes(`/mini-oci/${id}`));
    return lines.filter((line) => line.endsWith('/below')).length;
  };
  const all = layout.hierarchies.length;
  t.is(await placesOf('--cgroup', 'below'), all);
  t.is(await placesOf('--cgroup', '/below/'), all);
  t.is(await placesOf('--cgroup', ''), 0);
  const failed = `failed to run a process in container "${id}"`;
  t.deepEqual(await placesOf('--cgroup', 'nonesuch'), [
    255,
    `${failed}: it has no cgroup "nonesuch" (--cgroup "nonesuch")\n`,
  ]);
  if (layout.mode === 'v2') {
    const refused = `${failed}: controllers cannot be told apart on cgroup v2 (--cgroup "pids:below")\n`;
    t.deepEqual(await placesOf('--cgroup', 'pids:below'), [255, refused]);
  } else {
    t.is(await placesOf('--cgroup', 'pids:below'), 1);
    t.is(await placesOf('--cgroup', 'pids,memory:below', '--cgroup', 'cpuset:/below'), 3);
    t.is(await placesOf('--cgroup', 'below', '--cgroup', 'pids:'), all - 1);
    t.deepEqual(await placesOf('--cgroup', 'nonesuch:below'), [
      255,
      `${failed}: it is in no cgroup of "nonesuch" (--cgroup "nonesuch:below")\n`,
    ]);
  }
  below.remove();
  t.is((await oci(['delete', '--force', id])).exitCode, 0);
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('a device that no rule allows cannot be opened, the default ones can', async (t) => {
  const resources = { devices: [{ allow: false, access: 'rwm' }] };
  const script =
    'cat /dev/null && echo null; mknod /tmp/kmsg c 1 11; cat /tmp/kmsg 2>/dev/null || echo denied';
  const bundle = makeBundle({
    args: ['sh', '-c', script],
    process: {
      capabilities: { bounding: ['CAP_MKNOD'], effective: ['CAP_MKNOD'], permitted: ['CAP_MKNOD'] },
    },
    linux: { resources },
  });
  t.like(await oci(['run', '--bundle', bundle, freshId()]), {
    exitCode: 0,
    stdout: 'null\ndenied\n',
    stderr: '',
  });
});

test('a device that no rule is for cannot be opened', async (t) => {
  const resources = { devices: [{ allow: false, type: 'c' as const, major: 10, minor: 229, access: 'rwm' }] };
  // The memory of the machine's first terminal, and its log.
  const script =
    'cat /dev/null && echo null; mknod /dev/vcs c 7 0; mknod /dev/kmsg c 1 11; cat /dev/vcs; exec 3>/dev/kmsg';
  const mayMake = ['CAP_MKNOD'] as const;
  const bundle = makeBundle({
    args: ['sh', '-c', script],
    process: { capabilities: { bounding: mayMake, effective: mayMake, permitted: mayMake } },
    linux: { resources },
  });
  const { stdout, stderr } = await oci(['run', '--bundle', bundle, freshId()]);
  t.is(stdout, 'null\n');
  t.is(
    stderr,
    "cat: can't open '/dev/vcs': Operation not permitted\nsh: can't create /dev/kmsg: Operation not permitted\n",
  );
});
