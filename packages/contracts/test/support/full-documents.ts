/** Good documents with every field that is described: what tests change one thing of. */
import { readFileSync } from 'node:fs';
import type { Json } from '../../src/malformed/change.js';
import type { DocumentKind } from '../oracle/published-schemas.js';

/** The sample of a runtime's answer among the schemas, which has nearly every field. */
const FEATURES_FILE = new URL(
  '../../../test/fixtures/oci-schemas/test/features/good/runc.json',
  import.meta.url,
);

const hook = { path: '/bin/hook', args: ['hook', '-v'], env: ['A=1'], timeout: 5 };

export const FULL_PROCESS = {
  terminal: true,
  consoleSize: { height: 24, width: 80 },
  user: { uid: 1000, gid: 1000, umask: 18, additionalGids: [5, 6] },
  args: ['sh', '-c', 'true'],
  env: ['PATH=/bin', 'EMPTY='],
  cwd: '/',
  capabilities: {
    bounding: ['CAP_KILL', 'CAP_NET_RAW'],
    effective: ['CAP_KILL'],
    permitted: ['CAP_KILL', 'CAP_NET_RAW'],
    inheritable: ['CAP_KILL'],
    ambient: ['CAP_KILL'],
  },
  rlimits: [
    { type: 'RLIMIT_NOFILE', soft: 1024, hard: 4096 },
    { type: 'RLIMIT_CORE', soft: 0, hard: 18446744073709551615n },
  ],
  noNewPrivileges: true,
  apparmorProfile: 'profile',
  selinuxLabel: 'system_u:system_r:container_t:s0',
  oomScoreAdj: -500,
  scheduler: {
    policy: 'SCHED_DEADLINE',
    nice: 0,
    priority: 0,
    flags: ['SCHED_FLAG_RESET_ON_FORK'],
    runtime: 10_000_000,
    deadline: 20_000_000,
    period: 30_000_000,
  },
  ioPriority: { class: 'IOPRIO_CLASS_BE', priority: 4 },
  execCPUAffinity: { initial: '0-1', final: '2, 4-5' },
} as const satisfies Json;

export const FULL_RESOURCES = {
  devices: [
    { allow: false, access: 'rwm' },
    { allow: true, type: 'c', major: 10, minor: 229, access: 'rw' },
    { allow: true, type: 'b', major: 8, minor: -1, access: 'r' },
  ],
  memory: {
    limit: 536870912,
    reservation: 268435456,
    swap: 9223372036854775807n,
    kernel: -1,
    kernelTCP: -1,
    swappiness: 50,
    disableOOMKiller: false,
    useHierarchy: false,
    checkBeforeUpdate: true,
  },
  cpu: {
    shares: 1024,
    quota: 100000,
    burst: 1000,
    period: 100000,
    realtimeRuntime: 950000,
    realtimePeriod: 1000000,
    cpus: '0-1',
    mems: '0',
    idle: 0,
  },
  blockIO: {
    weight: 100,
    leafWeight: 100,
    weightDevice: [{ major: 8, minor: 0, weight: 500, leafWeight: 300 }],
    throttleReadBpsDevice: [{ major: 8, minor: 0, rate: 600 }],
    throttleWriteBpsDevice: [{ major: 8, minor: 0, rate: 600 }],
    throttleReadIOPSDevice: [{ major: 8, minor: 0, rate: 300 }],
    throttleWriteIOPSDevice: [{ major: 8, minor: 16, rate: 300 }],
  },
  hugepageLimits: [
    { pageSize: '2MB', limit: 9223372036854772000n },
    { pageSize: '64KB', limit: 1000000 },
  ],
  network: { classID: 1048577, priorities: [{ name: 'eth0', priority: 500 }] },
  pids: { limit: 32771 },
  rdma: { mlx5_1: { hcaHandles: 3, hcaObjects: 10000 } },
  unified: { 'memory.high': '1000000', 'io.max': '8:0 rbps=600' },
} as const satisfies Json;

export const FULL_SECCOMP = {
  defaultAction: 'SCMP_ACT_ERRNO',
  defaultErrnoRet: 1,
  architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86'],
  flags: ['SECCOMP_FILTER_FLAG_LOG'],
  listenerPath: '/run/listener.sock',
  listenerMetadata: 'metadata',
  syscalls: [
    { names: ['getcwd', 'chmod'], action: 'SCMP_ACT_ERRNO', errnoRet: 2 },
    {
      names: ['personality'],
      action: 'SCMP_ACT_ALLOW',
      args: [{ index: 0, value: 18446744073709551615n, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
    },
    { names: ['mount'], action: 'SCMP_ACT_NOTIFY' },
  ],
} as const satisfies Json;

export const FULL_SPEC = {
  ociVersion: '1.3.0',
  root: { path: 'rootfs', readonly: true },
  process: FULL_PROCESS,
  hostname: 'box',
  domainname: 'example.test',
  mounts: [
    { destination: '/proc', type: 'proc', source: 'proc' },
    { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=65536k'] },
    {
      destination: '/data',
      type: 'none',
      source: '/srv/data',
      options: ['rbind', 'idmap'],
      uidMappings: [{ containerID: 0, hostID: 1000, size: 10 }],
      gidMappings: [{ containerID: 0, hostID: 1000, size: 10 }],
    },
  ],
  hooks: {
    prestart: [hook],
    createRuntime: [hook],
    createContainer: [hook],
    startContainer: [hook],
    poststart: [hook],
    poststop: [hook],
  },
  annotations: { 'com.example.key': 'value' },
  linux: {
    namespaces: [
      { type: 'pid' },
      { type: 'network', path: '/proc/1/ns/net' },
      { type: 'mount' },
      { type: 'ipc' },
      { type: 'uts' },
      { type: 'user' },
      { type: 'cgroup' },
      { type: 'time' },
    ],
    uidMappings: [{ containerID: 0, hostID: 100000, size: 65536 }],
    gidMappings: [{ containerID: 0, hostID: 100000, size: 65536 }],
    timeOffsets: { boottime: { secs: 604800, nanosecs: 0 }, monotonic: { secs: -100, nanosecs: 5 } },
    devices: [
      { type: 'c', path: '/dev/fuse', major: 10, minor: 229, fileMode: 438, uid: 0, gid: 0 },
      { type: 'p', path: '/dev/fifo' },
    ],
    netDevices: { eth0: { name: 'inner' }, ens4: {} },
    cgroupsPath: '/engine/box',
    resources: FULL_RESOURCES,
    rootfsPropagation: 'slave',
    seccomp: FULL_SECCOMP,
    sysctl: { 'net.ipv4.ip_forward': '1', 'kernel.msgmax': '9000' },
    maskedPaths: ['/proc/kcore'],
    readonlyPaths: ['/proc/sys'],
    mountLabel: 'system_u:object_r:container_file_t:s0',
    intelRdt: {
      closID: 'guaranteed',
      schemata: ['L3:0=f'],
      l3CacheSchema: 'L3:0=f',
      memBwSchema: 'MB:0=20',
      enableMonitoring: true,
    },
    memoryPolicy: { mode: 'MPOL_BIND', nodes: '0-1', flags: ['MPOL_F_STATIC_NODES'] },
    personality: { domain: 'LINUX', flags: [] },
  },
  windows: { layerFolders: ['C:\\layer'] },
} as const satisfies Json;

export const FULL_STATE = {
  ociVersion: '1.3.0',
  id: 'box',
  status: 'running',
  pid: 4422,
  bundle: '/containers/box',
  annotations: { key: 'value' },
} as const satisfies Json;

export const FULL_FEATURES = JSON.parse(readFileSync(FEATURES_FILE, 'utf8')) as Json;

export const DOCUMENTS: Readonly<Record<DocumentKind, Json>> = {
  config: FULL_SPEC,
  process: FULL_PROCESS,
  resources: FULL_RESOURCES,
  state: FULL_STATE,
  features: FULL_FEATURES,
};
