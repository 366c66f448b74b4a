import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type BundleRequest, makeBundle } from '../support/bundle.js';
import { freshId, oci, ociToFile, stateOf } from '../support/oci.js';
import { freshBusyboxRoot, freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const NAMESPACES = (['pid', 'network', 'ipc', 'uts', 'mount'] as const).map((type) => ({ type }));

/** Runs a shell script in a container and gives what it has printed. */
async function runScript(t: ExecutionContext, script: string, request: BundleRequest = {}): Promise<string> {
  const bundle = makeBundle({ ...request, args: ['sh', '-c', script] });
  const { exitCode, stdout, stderr } = await oci(['run', '--bundle', bundle, freshId()]);
  t.deepEqual([exitCode, stderr], [0, '']);
  return stdout;
}

test('namespaces of others are joined by their paths, the rest is new', async (t) => {
  const id = freshId();
  const first = makeBundle({ args: ['sleep', '100'], spec: { hostname: 'first' } });
  t.is((await ociToFile(['run', '--detach', '--bundle', first, id])).exitCode, 0);
  const { pid } = (await stateOf(id))!;
  const namespaces = [
    ...(['network', 'ipc', 'uts', 'pid'] as const).map((type) => ({
      type,
      path: `/proc/${pid}/ns/${type === 'network' ? 'net' : type}`,
    })),
    { type: 'mount' as const },
  ];
  const out = await runScript(
    t,
    'hostname; cat /proc/1/comm; for n in net ipc uts pid mnt; do readlink /proc/self/ns/$n; done',
    {
      linux: { namespaces },
      spec: { hostname: undefined },
    },
  );
  const theirs = await oci([
    'exec',
    id,
    'sh',
    '-c',
    'for n in net ipc uts pid mnt; do readlink /proc/self/ns/$n; done',
  ]);
  const [ours, others] = [out.trim().split('\n'), theirs.stdout.trim().split('\n')];
  t.deepEqual(ours.slice(0, 2), ['first', 'sleep']);
  t.deepEqual(ours.slice(2, 6), others.slice(0, 4));
  t.not(ours[6], others[4]);
  t.is((await oci(['delete', '--force', id])).exitCode, 0);
});

test('a namespace that is not there is named', async (t) => {
  const namespaces = [{ type: 'network' as const, path: '/no/namespace' }, { type: 'mount' as const }];
  const bundle = makeBundle({ linux: { namespaces }, spec: { hostname: undefined } });
  t.is(
    (await oci(['create', '--bundle', bundle, freshId()])).stderr,
    'failed to open the network namespace "/no/namespace" (linux.namespaces): ENOENT no such file or directory\n',
  );
});

test('clocks of a time namespace are set off', async (t) => {
  const namespaces = [...NAMESPACES, { type: 'time' as const }];
  const timeOffsets = { boottime: { secs: 1_000_000, nanosecs: 5 }, monotonic: { secs: 2 } };
  const out = await runScript(t, 'cut -d. -f1 /proc/uptime; cat /proc/self/timens_offsets', {
    linux: { namespaces, timeOffsets },
  });
  const [uptime, ...offsets] = out.trim().split('\n');
  t.true(Number(uptime) > 1_000_000);
  t.deepEqual(
    offsets.map((line) => line.split(/\s+/)),
    [
      ['monotonic', '2', '0'],
      ['boottime', '1000000', '5'],
    ],
  );
});

test('ids are mapped in ranges, and the mounts belong to their root', async (t) => {
  const root = freshBusyboxRoot();
  const mappings = [
    { containerID: 0, hostID: 100_000, size: 1000 },
    { containerID: 1000, hostID: 200_000, size: 10 },
  ];
  const out = await runScript(t, 'id -u; tr -s " " < /proc/self/uid_map; stat -c %u /dev/pts /proc/1 /dev', {
    root,
    linux: {
      namespaces: [...NAMESPACES, { type: 'user' }],
      uidMappings: mappings,
      gidMappings: mappings,
    },
  });
  t.deepEqual(
    out
      .trim()
      .split('\n')
      .map((line) => line.trim()),
    ['0', '0 100000 1000', '1000 200000 10', '0', '0', '0'],
  );
});

test('a tmpfs is filled with what it covers: owners, modes, links', async (t) => {
  const root = freshBusyboxRoot();
  mkdirSync(join(root, 'full/below'), { recursive: true });
  writeFileSync(join(root, 'full/below/file'), 'content\n');
  chmodSync(join(root, 'full/below/file'), 0o4751);
  chmodSync(join(root, 'full'), 0o1770);
  const script =
    'ln -s below/file /full/link; cat /full/link; stat -c "%a %u" /full /full/below/file; echo new > /full/new';
  const out = await runScript(t, script, {
    root,
    spec: {
      mounts: [
        { destination: '/proc', type: 'proc' },
        { destination: '/full', type: 'tmpfs', source: 'tmpfs', options: ['tmpcopyup', 'size=64k'] },
      ],
    },
  });
  t.is(out, 'content\n1770 0\n4751 0\n');
  t.throws(() => readFileSync(join(root, 'full/new')), { code: 'ENOENT' });
});

test('owners of a bind are mapped', async (t) => {
  const source = freshDirectory('source');
  chmodSync(source, 0o755);
  writeFileSync(join(source, 'file'), '');
  const map = [{ containerID: 0, hostID: 4242, size: 1 }];
  const out = await runScript(t, 'stat -c %u /data/file', {
    spec: {
      mounts: [
        { destination: '/proc', type: 'proc' },
        {
          destination: '/data',
          type: 'bind',
          source,
          options: ['bind', 'idmap'],
          uidMappings: map,
          gidMappings: map,
        },
      ],
    },
  });
  t.is(out, '4242\n');
});

test('recursive options reach the mounts below a bind, others do not', async (t) => {
  const out = await runScript(
    t,
    'for d in /a /b; do grep " $d/proc " /proc/self/mountinfo | cut -d" " -f6 | grep -c ^ro; done; true',
    {
      spec: {
        mounts: [
          { destination: '/proc', type: 'proc' },
          { destination: '/a', type: 'bind', source: '/', options: ['rbind', 'rro'] },
          { destination: '/b', type: 'bind', source: '/', options: ['rbind', 'ro'] },
        ],
      },
    },
  );
  t.is(out, '1\n0\n');
});

test('scheduling, personality, score, groups, umask and a missing working directory', async (t) => {
  const script =
    'umask; id -G; pwd; cat /proc/self/oom_score_adj; uname -m; ' +
    'cut -d" " -f19 /proc/self/stat; ionice -p $$; grep ^Seccomp: /proc/self/status';
  const out = await runScript(t, script, {
    process: {
      user: { uid: 0, gid: 3, umask: 0o027, additionalGids: [5, 6] },
      cwd: '/made/for/it',
      oomScoreAdj: 321,
      ioPriority: { class: 'IOPRIO_CLASS_IDLE', priority: 0 },
      scheduler: { policy: 'SCHED_OTHER', nice: 7 },
    },
    linux: { personality: { domain: 'LINUX32' }, seccomp: { defaultAction: 'SCMP_ACT_ALLOW' } },
    root: freshBusyboxRoot(),
  });
  t.deepEqual(out.trim().split('\n'), [
    '0027',
    '3 5 6',
    '/made/for/it',
    '321',
    process.arch === 'x64' ? 'i686' : 'armv8l',
    '7',
    'idle',
    'Seccomp:\t2',
  ]);
});

test('a filter answers with its errno', async (t) => {
  const out = await runScript(t, 'mkdir /tmp/x 2>&1; echo $?', {
    linux: {
      seccomp: {
        defaultAction: 'SCMP_ACT_ALLOW',
        syscalls: [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO', errnoRet: 28 }],
      },
    },
  });
  t.is(out, "mkdir: can't create directory '/tmp/x': No space left on device\n1\n");
});

testUnless(
  readFileSync('/proc/filesystems', 'utf8').includes('cgroup') ? undefined : 'this kernel has no cgroups',
  'oci.cgroup-view',
  'without a cgroup namespace of its own a container sees its own group all the same',
  async (t) => {
    const out = await runScript(
      t,
      'cat /sys/fs/cgroup/pids/pids.max 2>/dev/null || cat /sys/fs/cgroup/pids.max',
      {
        linux: { namespaces: [...NAMESPACES], resources: { pids: { limit: 33 } } },
        spec: {
          mounts: [
            { destination: '/proc', type: 'proc' },
            { destination: '/sys', type: 'sysfs', options: ['ro'] },
            { destination: '/sys/fs/cgroup', type: 'cgroup', options: ['ro'] },
          ],
        },
      },
    );
    t.is(out, '33\n');
  },
);

test('what is not supported is refused, and named', async (t) => {
  const cases: [BundleRequest, string][] = [
    [{ linux: { intelRdt: { closID: 'x' } } }, 'Intel RDT is not supported (linux.intelRdt)'],
    [
      { linux: { namespaces: [{ type: 'pid' }] }, spec: { hostname: undefined } },
      "a container needs a mount namespace that is not the machine's (linux.namespaces)",
    ],
  ];
  for (const [request, reason] of cases) {
    const { exitCode, stderr } = await oci(['create', '--bundle', makeBundle(request), freshId()]);
    t.deepEqual([exitCode, stderr], [1, `failed to create the container: ${reason}\n`]);
  }
  const checkpoint = await oci(['checkpoint', '--image-path', '/nowhere', '--leave-running', 'x']);
  t.is(checkpoint.exitCode, 1);
  t.regex(checkpoint.stderr, /^failed to checkpoint or restore a container: mini-oci does not do that\n/);
});

test('a setting of a namespace that is joined and the machine has, is refused', async (t) => {
  const before = takeSnapshot();
  const ask = async (sysctl: Record<string, string>, paths: Record<string, string>) => {
    const namespaces = (['pid', 'network', 'ipc', 'uts', 'mount'] as const).map((type) => ({
      type,
      ...(paths[type] === undefined ? {} : { path: paths[type] }),
    }));
    const bundle = makeBundle({ linux: { namespaces, sysctl } });
    const { exitCode, stderr } = await oci(['run', '--bundle', bundle, freshId()]);
    return [exitCode, stderr];
  };
  const refused = (name: string, type: string) => [
    1,
    `failed to create the container: "${name}" would change the machine, whose ${type} namespace is joined (linux.sysctl)\n`,
  ];
  const network = { network: '/proc/self/ns/net' };
  t.deepEqual(await ask({ 'net.core.somaxconn': '77' }, network), refused('net.core.somaxconn', 'network'));
  t.deepEqual(
    await ask({ 'kernel.shmmax': '77' }, { ipc: '/proc/self/ns/ipc' }),
    refused('kernel.shmmax', 'ipc'),
  );
  t.deepEqual(await ask({ 'kernel.shmmax': '77' }, network), [0, '']);
  t.deepEqual(await differenceSince(before), NOTHING);
});

test("systemd's form of a path of control groups names the group that systemd would make", async (t) => {
  const id = freshId();
  const bundle = makeBundle({ args: ['sleep', '100'], linux: { cgroupsPath: `mini-e2e.slice:mini:${id}` } });
  t.is((await ociToFile(['run', '--detach', '--bundle', bundle, id])).exitCode, 0);
  const groups = readFileSync(`/proc/${(await stateOf(id))!.pid}/cgroup`, 'utf8');
  t.regex(groups, new RegExp(`:/(?:.*/)?mini.slice/mini-e2e.slice/mini-${id}.scope$`, 'm'));
  t.is((await oci(['delete', '--force', id])).exitCode, 0);
});

test('a bundle with many faults is refused with all of them', async (t) => {
  const before = takeSnapshot();
  const bundle = makeBundle({ process: { cwd: 'relative' }, spec: { root: { path: '' } } });
  const { exitCode, stderr } = await oci(['create', '--bundle', bundle, freshId()]);
  t.is(exitCode, 1);
  t.regex(stderr, /root\.path/);
  t.regex(stderr, /process\.cwd/);
  t.deepEqual(await differenceSince(before), NOTHING);
});
