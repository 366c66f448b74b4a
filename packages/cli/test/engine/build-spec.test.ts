import { CAPABILITIES } from '@mini/contracts';
import test from 'ava';
import { buildSpec, type SpecFacts } from '../../src/engine/build-spec.js';
import type { RunOptions } from '../../src/engine/run-options.js';

const options: RunOptions = {
  root: { kind: 'host' },
  command: ['true'],
  rm: true,
  env: [],
  groupAdd: [],
  mounts: [],
  readOnly: false,
  capAdd: [],
  capDrop: [],
  privileged: false,
  noNewPrivileges: true,
  seccomp: 'default',
  ulimits: [],
  shmSizeBytes: 1 << 20,
  sysctls: {},
  devices: [],
  network: 'none',
  pid: 'private',
  ipc: 'private',
  uts: 'private',
  cgroupns: 'private',
  resources: {},
  interactive: false,
  tty: false,
  init: false,
  stopSignal: 15,
  stopTimeoutMs: 10_000,
  restart: { policy: 'no', most: 0 },
  labels: {},
  annotations: {},
  log: null,
};
const facts: SpecFacts = {
  id: 'a'.repeat(64),
  hostname: 'aaaaaaaaaaaa',
  rootPath: '/',
  defaultCommand: ['/bin/sh'],
  user: { uid: 0, gid: 0, additionalGids: [0], home: '/root' },
  etcMounts: [],
  volumeMounts: [],
  devices: [],
  throttlePaths: ['/sys/devices/system/cpu/cpu0/thermal_throttle'],
  caller: { uid: 0, gid: 0 },
  availableCapabilities: CAPABILITIES,
  machine: 'x64',
  kernelRelease: '6.1.0',
};
const build = (change: Partial<RunOptions> = {}, more: Partial<SpecFacts> = {}) =>
  buildSpec({ ...options, ...change }, { ...facts, ...more });
const types = (change: Partial<RunOptions>, more?: Partial<SpecFacts>) =>
  build(change, more).linux.namespaces.map(({ type }) => type);

const ONE_ID = {
  uidMappings: [{ containerID: 0, hostID: 1000, size: 1 }],
  gidMappings: [{ containerID: 0, hostID: 100, size: 1 }],
};

test('every namespace is new, unless it is shared with the host', (t) => {
  t.deepEqual(types({}), ['mount', 'pid', 'uts', 'ipc', 'network', 'cgroup']);
  t.deepEqual(types({ network: 'host', pid: 'host', ipc: 'host', uts: 'host' }), ['mount', 'cgroup']);
});

test('an ordinary user gets a user namespace in which root is the caller', (t) => {
  const spec = build({ idMaps: ONE_ID }, { caller: { uid: 1000, gid: 100 } });
  t.is(spec.linux.namespaces[0]?.type, 'user');
  t.deepEqual(spec.linux.uidMappings, [{ containerID: 0, hostID: 1000, size: 1 }]);
  t.deepEqual(spec.linux.gidMappings, [{ containerID: 0, hostID: 100, size: 1 }]);
});

test("a shared host name is not set, and neither is the host's changed", (t) => {
  t.is(build().hostname, 'aaaaaaaaaaaa');
  t.is(build({ uts: 'host' }).hostname, undefined);
});

test('the command comes from the user, else from the image; an own entrypoint drops the latter', (t) => {
  t.deepEqual(build().process.args, ['true']);
  t.deepEqual(build({ command: [] }).process.args, ['/bin/sh']);
  t.deepEqual(build({ entrypoint: ['env'], command: ['-i'] }).process.args, ['env', '-i']);
  t.deepEqual(build({ entrypoint: ['env'], command: [] }).process.args, ['env']);
  t.deepEqual(build({ entrypoint: [], command: ['ls'] }).process.args, ['ls']);
});

test('of two mounts on one destination the later one stays', (t) => {
  const mounts = [
    {
      type: 'tmpfs' as const,
      target: '/dev/shm',
      options: ['size=1m'],
      createSource: false,
      origin: '--tmpfs',
    },
    { type: 'bind' as const, source: '/a', target: '/b', options: ['ro'], createSource: true, origin: '-v' },
    {
      type: 'bind' as const,
      source: '/c',
      target: '/b',
      options: ['shared'],
      createSource: true,
      origin: '-v',
    },
  ];
  const built = build({ mounts }).mounts ?? [];
  t.is(built.filter(({ destination }) => destination === '/dev/shm').length, 1);
  t.true(built.find(({ destination }) => destination === '/dev/shm')?.options?.includes('size=1m'));
  t.deepEqual(
    built.filter(({ destination }) => destination === '/b'),
    [{ destination: '/b', type: 'bind', source: '/c', options: ['rbind', 'shared'] }],
  );
});

test('a user that is not root holds no capability, but can still get one from a file', (t) => {
  const { capabilities } = build({}, { user: { uid: 5, gid: 5, additionalGids: [], home: '/' } }).process;
  t.deepEqual(capabilities?.effective, []);
  t.is(capabilities?.bounding?.length, 14);
});

test('what is masked holds the counters of the processors too', (t) => {
  t.true(build().linux.maskedPaths?.includes('/sys/devices/system/cpu/cpu0/thermal_throttle'));
});

test('the filter of system calls depends on the capabilities', (t) => {
  const allows = (change: Partial<RunOptions>, name: string) =>
    build(change).linux.seccomp?.syscalls?.some(
      ({ names, action, args }) => action === 'SCMP_ACT_ALLOW' && args === undefined && names.includes(name),
    );
  t.is(allows({}, 'mount'), false);
  t.is(allows({ capAdd: ['CAP_SYS_ADMIN'] }, 'mount'), true);
  t.is(allows({ capAdd: ['CAP_SYS_ADMIN'] }, 'keyctl'), false);
  t.is(build({ seccomp: 'unconfined' }).linux.seccomp, undefined);
});

test("a profile of the user's own is taken as it is meant for these capabilities", (t) => {
  const seccomp = {
    defaultAction: 'SCMP_ACT_ALLOW',
    syscalls: [
      { names: ['mkdir'], action: 'SCMP_ACT_ERRNO', excludes: { caps: ['CAP_SYS_ADMIN'] } },
      { names: ['rmdir'], action: 'SCMP_ACT_ERRNO', includes: { caps: ['CAP_CHOWN'] } },
    ],
  } as const;
  t.deepEqual(
    build({ seccomp }).linux.seccomp?.syscalls?.map(({ names }) => names.join()),
    ['mkdir', 'rmdir'],
  );
  const admin = build({ seccomp, capAdd: ['CAP_SYS_ADMIN'], capDrop: ['CAP_CHOWN'] });
  t.deepEqual(admin.linux.seccomp?.syscalls, []);
});

test('a profile that asks a listener is refused', (t) => {
  const seccomp = {
    defaultAction: 'SCMP_ACT_ALLOW',
    listenerPath: '/run/listener',
    syscalls: [{ names: ['mkdir'], action: 'SCMP_ACT_NOTIFY' }],
  } as const;
  t.throws(() => build({ seccomp }), {
    code: 'bad-seccomp',
    message: 'failed to use the seccomp profile: "SCMP_ACT_NOTIFY" needs a listener, which only mini-oci has',
  });
});

test('a privileged container has all capabilities, and nothing is held back from it', (t) => {
  const privileged = build({ privileged: true, seccomp: 'unconfined', noNewPrivileges: false });
  t.deepEqual(privileged.process.capabilities?.bounding, CAPABILITIES);
  t.deepEqual(privileged.process.capabilities?.inheritable, []);
  t.deepEqual([privileged.linux.maskedPaths, privileged.linux.readonlyPaths], [[], []]);
  t.is(privileged.linux.resources?.devices, undefined);
  const sys = privileged.mounts?.find(({ destination }) => destination === '/sys');
  t.true(sys?.options?.includes('rw'));
  t.true(
    build({ privileged: true, capDrop: ['CAP_SYS_MODULE'] }).process.capabilities?.bounding?.length === 40,
  );
});

test("in a network of its own a container may ping and use all ports; the user's parameters win", (t) => {
  t.deepEqual(build().linux.sysctl, {
    'net.ipv4.ip_unprivileged_port_start': '0',
    'net.ipv4.ping_group_range': '0 2147483647',
  });
  t.deepEqual(build({ idMaps: ONE_ID }, { caller: { uid: 1000, gid: 100 } }).linux.sysctl, {
    'net.ipv4.ip_unprivileged_port_start': '0',
    'net.ipv4.ping_group_range': '0 0',
  });
  t.deepEqual(build({ network: 'host', sysctls: {} }).linux.sysctl, {});
  const sysctls = { 'net.ipv4.ping_group_range': '1 0', 'kernel.sem': '1' };
  t.like(build({ sysctls }).linux.sysctl, sysctls);
});
