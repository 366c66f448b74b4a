import type { Resources } from '@mini/contracts';
import test from 'ava';
import { compileResources, convertBlockWeight, listIgnoredResources } from '../src/index.js';
import { makeHybridLayout, makeV2Layout } from './layouts.js';
import { listWrites as list } from './list-writes.js';

const HYBRID = makeHybridLayout('/c');
const V2 = makeV2Layout('/c');
const MIB = 1024 * 1024;

const EVERYTHING: Resources = {
  memory: { limit: 64 * MIB, reservation: 32 * MIB, swap: 96 * MIB },
  cpu: { shares: 1024, quota: 50_000, period: 100_000, burst: 1_000, idle: 0, cpus: '0-1', mems: '0' },
  pids: { limit: 100 },
  blockIO: {
    weight: 500,
    weightDevice: [{ major: 8, minor: 0, weight: 10 }],
    throttleReadBpsDevice: [{ major: 8, minor: 0, rate: 1000 }],
    throttleWriteBpsDevice: [{ major: 8, minor: 0, rate: 2000 }],
    throttleReadIOPSDevice: [{ major: 8, minor: 0, rate: 30 }],
    throttleWriteIOPSDevice: [{ major: 8, minor: 0, rate: 0 }],
  },
  devices: [{ allow: false }, { allow: true, type: 'c', major: 136, access: 'rw' }],
};

test('everything on v1', (t) => {
  t.deepEqual(list(HYBRID, EVERYTHING), [
    'memory: memory.limit_in_bytes = 67108864',
    'memory: memory.memsw.limit_in_bytes = 100663296',
    'memory: memory.soft_limit_in_bytes = 33554432',
    'cpu: cpu.idle = 0',
    'cpu: cpu.shares = 1024',
    'cpu: cpu.cfs_period_us = 100000',
    'cpu: cpu.cfs_quota_us = 50000',
    'cpu: cpu.cfs_burst_us = 1000',
    'cpuset: cpuset.cpus = 0-1',
    'cpuset: cpuset.mems = 0',
    'pids: pids.max = 100',
    'blkio: blkio.bfq.weight = 500',
    'blkio: blkio.bfq.weight_device = 8:0 10',
    'blkio: blkio.throttle.read_bps_device = 8:0 1000',
    'blkio: blkio.throttle.write_bps_device = 8:0 2000',
    'blkio: blkio.throttle.read_iops_device = 8:0 30',
    'blkio: blkio.throttle.write_iops_device = 8:0 0',
    'devices: devices.deny = a',
    'devices: devices.allow = c 136:* rw',
  ]);
  t.deepEqual(listIgnoredResources(HYBRID, EVERYTHING), []);
});

test('everything on v2', (t) => {
  t.deepEqual(list(V2, EVERYTHING), [
    'memory: memory.max = 67108864',
    'memory: memory.swap.max = 33554432',
    'memory: memory.low = 33554432',
    'cpu: cpu.idle = 0',
    'cpu: cpu.weight = 100',
    'cpu: cpu.max = 50000 100000',
    'cpu: cpu.max.burst = 1000',
    'cpuset: cpuset.cpus = 0-1',
    'cpuset: cpuset.mems = 0',
    'pids: pids.max = 100',
    'io: io.bfq.weight = 500',
    'io: io.bfq.weight = 8:0 10',
    'io: io.max = 8:0 rbps=1000',
    'io: io.max = 8:0 wbps=2000',
    'io: io.max = 8:0 riops=30',
    'io: io.max = 8:0 wiops=max',
  ]);
  t.deepEqual(listIgnoredResources(V2, EVERYTHING), []);
});

test('each write carries its field, version and what may stand in for it', (t) => {
  t.deepEqual(compileResources(V2, { blockIO: { weight: 1000 } }), [
    {
      controller: 'io',
      version: 2,
      file: 'io.bfq.weight',
      value: '1000',
      field: 'linux.resources.blockIO.weight',
      orElse: { file: 'io.weight', value: 'default 10000' },
    },
  ]);
  t.deepEqual(
    compileResources(HYBRID, EVERYTHING).find(({ file }) => file === 'blkio.throttle.read_iops_device')
      ?.field,
    'linux.resources.blockIO.throttleReadIOPSDevice[0]',
  );
});

test('unlimited', (t) => {
  const resources = { memory: { limit: -1 }, cpu: { quota: -1, period: 50_000 }, pids: { limit: -1 } };
  t.deepEqual(list(HYBRID, resources), [
    'memory: memory.limit_in_bytes = -1',
    'memory: memory.memsw.limit_in_bytes = -1',
    'cpu: cpu.cfs_period_us = 50000',
    'cpu: cpu.cfs_quota_us = -1',
    'pids: pids.max = max',
  ]);
  t.deepEqual(list(V2, resources), [
    'memory: memory.max = max',
    'memory: memory.swap.max = max',
    'cpu: cpu.max = max 50000',
    'pids: pids.max = max',
  ]);
});

test('zero means to leave alone', (t) => {
  const resources: Resources = {
    memory: { limit: 0, reservation: 0, swap: 0 },
    cpu: { shares: 0, quota: 0, period: 0, cpus: '', mems: '' },
    pids: { limit: 0 },
    blockIO: { weight: 0 },
  };
  t.deepEqual(list(HYBRID, resources), []);
  t.deepEqual(list(V2, resources), []);
});

test('memory and swap on v1 go in the order in which the kernel takes them', (t) => {
  const limits = (swap: number, memorySwapBytes: number | null) =>
    compileResources(HYBRID, { memory: { limit: 10 * MIB, swap } }, { memorySwapBytes }).map(
      ({ file }) => file,
    );
  const [memoryFirst, swapFirst] = [
    ['memory.limit_in_bytes', 'memory.memsw.limit_in_bytes'],
    ['memory.memsw.limit_in_bytes', 'memory.limit_in_bytes'],
  ];
  t.deepEqual(limits(20 * MIB, null), memoryFirst);
  t.deepEqual(limits(20 * MIB, 40 * MIB), memoryFirst);
  t.deepEqual(limits(20 * MIB, 15 * MIB), swapFirst);
  t.deepEqual(limits(-1, 15 * MIB), swapFirst);
});

test('swap on v2 is the difference, by the limit in force when none is given', (t) => {
  t.deepEqual(list(V2, { memory: { swap: 30 * MIB } }, { memoryBytes: 10 * MIB }), [
    `memory: memory.swap.max = ${20 * MIB}`,
  ]);
  t.deepEqual(list(V2, { memory: { limit: MIB, swap: MIB } }), [
    'memory: memory.max = 1048576',
    'memory: memory.swap.max = 0',
  ]);
  t.throws(() => list(V2, { memory: { swap: MIB } }), {
    message:
      'failed to set memory plus swap to 1048576 (linux.resources.memory.swap): there is no memory limit',
  });
  t.throws(() => list(V2, { memory: { swap: MIB } }, { memoryBytes: 2 * MIB }), {
    message:
      'failed to set memory plus swap to 1048576 (linux.resources.memory.swap): it is less than the memory limit of 2097152',
  });
});

test('a weight of block IO that v2 has no value for', (t) => {
  for (const weight of [9, 1001]) {
    t.throws(() => list(V2, { blockIO: { weight } }), {
      code: 'cgroup-resources',
      message: `failed to limit resources (linux.resources.blockIO.weight): ${weight} is not a whole number from 10 to 1000`,
    });
  }
});

test('what v2 does not know is said', (t) => {
  const resources: Resources = {
    memory: { swappiness: 10, disableOOMKiller: true },
    blockIO: { leafWeight: 10 },
  };
  t.deepEqual(list(V2, resources), []);
  t.deepEqual(listIgnoredResources(V2, resources), [
    'linux.resources.memory.swappiness was discarded: cgroup v2 has no such setting',
    'linux.resources.memory.disableOOMKiller was discarded: cgroup v2 has no such setting',
    'linux.resources.blockIO.leafWeight was discarded: the kernel has no leaf weights since 5.0',
  ]);
  t.deepEqual(list(HYBRID, resources), ['memory: memory.swappiness = 10', 'memory: memory.oom_control = 1']);
});

test('words of v2 itself pass through, last, one write a line', (t) => {
  const unified = { 'memory.high': '1000', 'io.max': '8:0 rbps=1\n8:16 rbps=2\n', 'cgroup.max.depth': '3' };
  t.deepEqual(list(V2, { pids: { limit: 1 }, unified }), [
    'pids: pids.max = 1',
    'memory: memory.high = 1000',
    'io: io.max = 8:0 rbps=1',
    'io: io.max = 8:16 rbps=2',
    'cgroup: cgroup.max.depth = 3',
  ]);
  t.throws(() => list(HYBRID, { unified }), {
    message:
      'failed to limit resources (linux.resources.unified["memory.high"]): the controller "memory" is not available in cgroup v2 on this machine',
  });
  // Written, they would move processes, or stop the one that is about to be born.
  for (const [file, reason] of [
    ['cgroup.procs', 'of the core files only cgroup.max.depth and cgroup.max.descendants are limits'],
    ['cgroup.freeze', 'of the core files only cgroup.max.depth and cgroup.max.descendants are limits'],
    ['nodot', 'it is not the name of a control file such as "memory.high"'],
  ] as const) {
    t.throws(() => list(V2, { unified: { [file]: '1' } }), {
      code: 'cgroup-resources',
      message: `failed to limit resources (linux.resources.unified["${file}"]): ${reason}`,
    });
  }
});

test('a limit without its controller', (t) => {
  t.throws(() => list(makeV2Layout('/c', ['memory']), { blockIO: { weight: 10 } }), {
    message:
      'failed to limit resources (linux.resources.blockIO.weight): the controller "io" is not available on this machine',
  });
  const v1 = { mode: 'v1' as const, hierarchies: HYBRID.hierarchies.slice(0, 2) };
  t.throws(() => list(v1, { pids: { limit: 5 } }), {
    message:
      'failed to limit resources (linux.resources.pids.limit): the controller "pids" is not available on this machine',
  });
});

test('block weights', (t) => {
  t.deepEqual([10, 500, 1000].map(convertBlockWeight), [1, 4950, 10_000]);
});

test('huge pages, RDMA, the class and priority of packets, and realtime, where there are trees for them', (t) => {
  const [tree, ...others] = HYBRID.hierarchies;
  const layout = {
    ...HYBRID,
    hierarchies: [
      { ...tree!, controllers: ['hugetlb', 'rdma', 'net_cls', 'net_prio', 'cpu'] },
      ...others.map((each) => ({ ...each, controllers: each.version === 2 ? [] : ['memory'] })),
    ],
  };
  const resources: Resources = {
    hugepageLimits: [{ pageSize: '2MB', limit: 4 * MIB }],
    rdma: { mlx5_1: { hcaHandles: 3 }, mlx5_2: { hcaHandles: 1, hcaObjects: 2 } },
    network: { classID: 1048577, priorities: [{ name: 'eth0', priority: 5 }] },
    cpu: { realtimePeriod: 1_000_000, realtimeRuntime: 950_000 },
  };
  t.deepEqual(list(layout, resources), [
    'cpu: cpu.rt_period_us = 1000000',
    'cpu: cpu.rt_runtime_us = 950000',
    'hugetlb: hugetlb.2MB.limit_in_bytes = 4194304',
    'rdma: rdma.max = mlx5_1 hca_handle=3',
    'rdma: rdma.max = mlx5_2 hca_handle=1 hca_object=2',
    'net_cls: net_cls.classid = 1048577',
    'net_prio: net_prio.ifpriomap = eth0 5',
  ]);
});

test('the class and priority of packets need their trees, unless there are none of v1 at all', (t) => {
  t.throws(() => compileResources(HYBRID, { network: { classID: 1 } }), {
    code: 'cgroup-unavailable',
    message:
      'failed to limit resources (linux.resources.network.classID): the controller "net_cls" is not available on this machine',
  });
  t.deepEqual(listIgnoredResources(HYBRID, { network: { priorities: [{ name: 'lo', priority: 1 }] } }), []);
});

test('buffers of TCP are limited on v1; memory of the kernel nowhere, which is told', (t) => {
  const resources: Resources = { memory: { kernel: 5 * MIB, kernelTCP: 4 * MIB } };
  const kernel = 'linux.resources.memory.kernel was discarded: the kernel has no such limit since 5.11';
  t.deepEqual(list(HYBRID, resources), ['memory: memory.kmem.tcp.limit_in_bytes = 4194304']);
  t.deepEqual(listIgnoredResources(HYBRID, resources), [kernel]);
  t.deepEqual(list(V2, resources), []);
  t.deepEqual(listIgnoredResources(V2, resources), [
    kernel,
    'linux.resources.memory.kernelTCP was discarded: cgroup v2 has no such setting',
  ]);
});

test('what v2 has no files for is told', (t) => {
  const resources: Resources = {
    network: { classID: 1, priorities: [{ name: 'eth0', priority: 5 }] },
    cpu: { realtimeRuntime: 1 },
  };
  t.deepEqual(list(V2, resources), []);
  t.deepEqual(listIgnoredResources(V2, resources), [
    'linux.resources.cpu.realtimeRuntime was discarded: cgroup v2 has no such setting',
    'linux.resources.network.classID was discarded: cgroup v2 has no such setting',
    'linux.resources.network.priorities was discarded: cgroup v2 has no such setting',
  ]);
});
