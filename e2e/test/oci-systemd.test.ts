import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { makeBundle } from '../support/bundle.js';
import { whyNoProgram } from '../support/daemon.js';
import { freshId, MINI_OCI, ociRoot } from '../support/oci.js';
import { freshBusyboxRoot, freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { type Systemd, startSystemd, whyNoSystemd } from '../support/systemd.js';

const noSystemd = whyNoSystemd();
const noPodman = noSystemd ?? whyNoProgram('podman', 'conmon');
let systemd: Systemd;

test.before(async () => {
  if (noSystemd === undefined) systemd = await startSystemd();
});

test.after.always(async () => {
  await systemd?.stop();
});

const oci = (...words: string[]) => systemd.run(MINI_OCI, '--systemd-cgroup', '--root', ociRoot(), ...words);

const statusOf = async (id: string) => {
  const { exitCode, stdout } = await oci('state', id);
  return exitCode === 0 ? (JSON.parse(stdout) as { status: string }).status : undefined;
};

/** The scopes that systemd has, but its own. */
async function listScopes(): Promise<string[]> {
  const flags = ['--all', '--plain', '--no-legend', '--type', 'scope'];
  const { stdout } = await systemd.run('systemctl', 'list-units', ...flags);
  const names = stdout.split('\n').map((line) => line.split(' ')[0]!);
  return names.filter((name) => name !== '' && name !== 'init.scope');
}

const read = (path: string, file: string) =>
  readFileSync(join(systemd.groupDirectory(path), file), 'utf8').trim();

testUnless(
  noSystemd,
  'oci.systemd',
  'systemd makes the group of a container, and knows its limits',
  async (t) => {
    const id = freshId();
    const unit = `mini-oci-${id}.scope`;
    const path = `/system.slice/${unit}`;
    const resources = {
      memory: { limit: 64 << 20, reservation: 1 << 20 },
      cpu: { shares: 512, quota: 50_000, period: 100_000, cpus: '0' },
      pids: { limit: 30 },
    };
    const spec = { annotations: { 'org.systemd.property.TimeoutStopUSec': 'uint64 5000000' } };
    const bundle = makeBundle({ args: ['sleep', '1000'], linux: { resources }, spec });
    t.like(await oci('create', '--bundle', bundle, id), { exitCode: 0, stdout: '', stderr: '' });
    t.deepEqual(
      await systemd.show(
        unit,
        ...[
          'ControlGroup',
          'MemoryMax',
          'MemoryLow',
          'CPUWeight',
          'CPUQuotaPerSecUSec',
          'TasksMax',
          'AllowedCPUs',
        ],
        ...['Delegate', 'Slice', 'TimeoutStopUSec', 'Description'],
      ),
      [
        'AllowedCPUs=0',
        'CPUQuotaPerSecUSec=500ms',
        'CPUWeight=59',
        `ControlGroup=${path}`,
        'Delegate=yes',
        `Description=mini-oci container ${id}`,
        'MemoryLow=1048576',
        'MemoryMax=67108864',
        'Slice=system.slice',
        'TasksMax=30',
        'TimeoutStopUSec=5s',
      ],
    );
    // Nobody is in it but the container's process.
    const { stdout } = await oci('ps', '--format', 'json', id);
    t.is((JSON.parse(stdout) as number[]).length, 1);
    t.is((await oci('start', id)).exitCode, 0);
    t.is((await oci('exec', id, 'true')).exitCode, 0);
    const flags = ['--memory', '33554432', '--pids-limit', '20', '--cpu-quota', '20000'];
    t.like(await oci('update', ...flags, id), { exitCode: 0, stderr: '' });
    // It writes all limits of its units again.
    t.is((await systemd.run('systemctl', 'daemon-reload')).exitCode, 0);
    t.deepEqual(await systemd.show(unit, 'MemoryMax', 'TasksMax', 'CPUQuotaPerSecUSec'), [
      'CPUQuotaPerSecUSec=200ms',
      'MemoryMax=33554432',
      'TasksMax=20',
    ]);
    t.deepEqual(
      ['memory.max', 'memory.low', 'pids.max', 'cpu.max', 'cpu.weight', 'cpuset.cpus'].map((file) =>
        read(path, file),
      ),
      ['33554432', '1048576', '20', '20000 100000', '59', '0'],
    );
    t.is((await oci('delete', '--force', id)).exitCode, 0);
    t.deepEqual(await listScopes(), []);
    t.false(existsSync(systemd.groupDirectory(path)));
  },
);

testUnless(
  noSystemd,
  'oci.systemd-stop',
  'what systemd stops has ended, and its name is free when it is deleted',
  async (t) => {
    const id = freshId();
    // It makes groups of its own, which go with it.
    const script = 'mkdir -p /sys/fs/cgroup/a/b; exec sleep 1000';
    const mounts = [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup' },
    ];
    const bundle = makeBundle({
      args: ['sh', '-c', script],
      root: freshBusyboxRoot(),
      linux: { cgroupsPath: `mini-e2e.slice:pod:${id}` },
      // The first process of a PID namespace does not hear TERM, and systemd would wait 90 s.
      spec: { mounts, annotations: { 'org.systemd.property.TimeoutStopUSec': 'uint64 1000000' } },
    });
    const group = systemd.groupDirectory(`/mini.slice/mini-e2e.slice/pod-${id}.scope`);
    for (let life = 0; life < 2; life += 1) {
      t.like(await oci('run', '--detach', '--bundle', bundle, id), { exitCode: 0, stderr: '' });
      t.true(existsSync(group));
      t.deepEqual(await systemd.show(`pod-${id}.scope`, 'Slice'), ['Slice=mini-e2e.slice']);
      t.is((await systemd.run('systemctl', 'stop', `pod-${id}.scope`)).exitCode, 0);
      t.is(await statusOf(id), 'stopped');
      t.like(await oci('delete', id), { exitCode: 0, stderr: '' });
      t.false(existsSync(group));
    }
    t.deepEqual(await listScopes(), []);
  },
);

testUnless(noSystemd, 'oci.systemd-failed', 'what cannot be created leaves no unit', async (t) => {
  const id = freshId();
  const create = async (request: Parameters<typeof makeBundle>[0]) => {
    const { exitCode, stderr } = await oci('create', '--bundle', makeBundle(request), id);
    return [exitCode, stderr];
  };
  t.regex(String(await create({ args: ['/nonesuch'] })), /^1,.*no such file or directory/);
  t.deepEqual(await create({ linux: { cgroupsPath: '/a/b' } }), [
    1,
    'failed to use the cgroup path "/a/b" (linux.cgroupsPath): expected cgroupsPath to be of format "slice:prefix:name" for systemd cgroups\n',
  ]);
  t.deepEqual(await create({ spec: { annotations: { 'org.systemd.property.After': 'soon' } } }), [
    1,
    `failed to read a property of systemd's unit (annotations["org.systemd.property.After"]): "soon" is no value such as "true", "uint64 5" or "'text'"\n`,
  ]);
  t.deepEqual(await create({ spec: { annotations: { 'org.systemd.property.Nonesuch': '5' } } }), [
    1,
    `failed to start systemd's unit "mini-oci-${id}.scope": Cannot set property Nonesuch, or unknown property.\n`,
  ]);
  t.regex(
    String(await create({ linux: { resources: { unified: { 'memory.nonesuch': '5' } } } })),
    /^1,failed to set "memory.nonesuch" to "5"/,
  );
  const unit = `mini-oci-${id}.scope`;
  const holder = [
    'systemd-run',
    '--scope',
    '--quiet',
    `--unit=${unit}`,
    'sh',
    '-c',
    'sleep 1000 >/dev/null & :',
  ];
  t.is((await systemd.run(holder[0]!, ...holder.slice(1))).exitCode, 0);
  t.deepEqual(await create({}), [
    1,
    `failed to start systemd's unit "${unit}": Unit ${unit} was already loaded or has a fragment file.\n` +
      `hint: see what it is: systemctl status ${unit}\n`,
  ]);
  t.deepEqual(await listScopes(), [unit]);
  t.is((await systemd.run('systemctl', 'stop', unit)).exitCode, 0);
  t.deepEqual(await listScopes(), []);
  t.false(existsSync(join(ociRoot(), id)));
});

testUnless(noPodman, 'oci.systemd-podman', 'podman as it comes has systemd make its groups', async (t) => {
  const directory = freshDirectory('podman');
  const podman = (...words: string[]) =>
    systemd.run(
      'podman',
      ...['--root', join(directory, 'root'), '--runroot', join(directory, 'run'), '--storage-driver', 'vfs'],
      ...['--events-backend', 'file', '--runtime', MINI_OCI, ...words],
    );
  const run = (...words: string[]) => podman('run', '--network', 'none', ...words);
  const root = freshBusyboxRoot();
  t.is((await podman('info', '--format', '{{.Host.CgroupManager}}')).stdout, 'systemd\n');
  t.like(await run('--rm', '--rootfs', root, 'sh', '-c', 'exit 3'), { exitCode: 3, stderr: '' });
  const held = await run('-d', '--name', 'held', '--memory', '32m', '--rootfs', root, 'sleep', '1000');
  t.like(held, { exitCode: 0, stderr: '' });
  const unit = `libpod-${held.stdout.trim()}.scope`;
  t.deepEqual(await systemd.show(unit, 'MemoryMax', 'Slice', 'ActiveState'), [
    'ActiveState=active',
    'MemoryMax=33554432',
    'Slice=machine.slice',
  ]);
  t.like(await podman('exec', 'held', 'sh', '-c', 'exit 4'), { exitCode: 4 });
  t.like(await podman('rm', '-f', '-t', '0', 'held'), { exitCode: 0, stderr: '' });
  t.false((await listScopes()).includes(unit));
  t.false(readdirSync(systemd.groupDirectory('/machine.slice')).includes(unit));
});
