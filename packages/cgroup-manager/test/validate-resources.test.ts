import type { Resources } from '@mini/contracts';
import test from 'ava';
import { assertResources, type Machine, parseNumberList, validateResources } from '../src/index.js';
import { makeHybridLayout, makeV2Layout } from './layouts.js';

const V2 = makeV2Layout('/c');
const MIB = 1024 * 1024;
const MACHINE: Machine = {
  onlineCpus: [0, 1],
  onlineMemoryNodes: [0],
  hasBlockDevice: (major, minor) => major === 8 && minor === 0,
};

function list(resources: Resources, options = {}, layout = V2): string[] {
  return validateResources(layout, resources, MACHINE, options).map(
    ({ field, reason }) => `${field.replace('linux.resources.', '')}: ${reason}`,
  );
}

test('good limits have no problems', (t) => {
  const resources: Resources = {
    memory: { limit: 6 * MIB, swap: 6 * MIB, reservation: MIB, swappiness: 0 },
    cpu: { shares: 2, quota: 200_000, period: 100_000, cpus: '0-1', mems: '0' },
    pids: { limit: 1 },
    blockIO: { weight: 10, throttleReadBpsDevice: [{ major: 8, minor: 0, rate: 1 }] },
    devices: [{ allow: true, type: 'c', major: -1, access: 'rwm' }],
  };
  t.deepEqual(list(resources), []);
  t.deepEqual(list(resources, {}, makeHybridLayout('/c')), []);
});

test('every problem at once', (t) => {
  t.deepEqual(
    list({
      memory: { limit: 1024, swap: 512, reservation: 4096 },
      cpu: { shares: 1, quota: 500, period: 10, cpus: '0-4', mems: 'x' },
      pids: { limit: -2 },
      blockIO: {
        weight: 9,
        weightDevice: [{ major: 9, minor: 1, weight: 1001 }],
        throttleWriteIOPSDevice: [{ major: 8, minor: 16, rate: -1 }],
      },
      devices: [{ allow: true, access: 'rx', major: -2 }],
      unified: { 'cgroup.procs': '1', '../x': '1' },
    }),
    [
      'memory.limit: the memory limit of 1024 bytes is less than 6291456 bytes (6 MiB)',
      'memory.swap: memory plus swap of 512 bytes is less than the memory limit of 1024',
      'memory.reservation: the reservation of 4096 bytes is more than the memory limit of 1024',
      'cpu.shares: 1 is not a whole number from 2 to 262144',
      'cpu.period: 10 is not a whole number from 1000 to 1000000',
      'cpu.quota: 500 is not a whole number from 1000 to 9007199254740991',
      'cpu.cpus: "0-4" names CPU 2, 3, 4; this machine has 0, 1',
      'cpu.mems: "x" is not a list such as 0-2,5',
      'pids.limit: -2 is neither a whole number nor -1 for unlimited',
      'blockIO.weight: 9 is not a whole number from 10 to 1000',
      'blockIO.weightDevice[0].weight: 1001 is not a whole number from 10 to 1000',
      'blockIO.weightDevice[0]: this machine has no block device 9:1',
      'blockIO.throttleWriteIOPSDevice[0].rate: -1 is not a whole number from 0 to 9007199254740991',
      'blockIO.throttleWriteIOPSDevice[0]: this machine has no block device 8:16',
      'devices[0].access: "rx" is not made of r, w and m',
      'devices[0].major: -2 is neither a device number nor -1 for all',
      'unified["cgroup.procs"]: of the core files only cgroup.max.depth and cgroup.max.descendants are limits',
      'unified["../x"]: it is not the name of a control file such as "memory.high"',
    ],
  );
});

test('more CPUs than there are, and less than a hundredth', (t) => {
  t.deepEqual(list({ cpu: { quota: 250_000, period: 100_000 } }), [
    'cpu.quota: 2.5 CPUs is not in the range from 0.01 to 2: this machine has 2',
  ]);
  t.deepEqual(list({ cpu: { quota: 1_000, period: 1_000_000 } }), [
    'cpu.quota: 0.001 CPUs is not in the range from 0.01 to 2: this machine has 2',
  ]);
});

test('an OCI caller is refused only what the kernel refuses', (t) => {
  const resources = { memory: { limit: 4096 }, cpu: { quota: 400_000, period: 100_000 } };
  t.is(list(resources).length, 2);
  t.deepEqual(list(resources, { strictness: 'kernel' }), []);
});

test('swap without memory, and with unlimited memory', (t) => {
  t.deepEqual(list({ memory: { swap: MIB } }), [
    'memory.swap: memory plus swap can only be limited together with memory',
  ]);
  t.deepEqual(list({ memory: { limit: -1, swap: MIB } }), [
    'memory.swap: memory plus swap of 1048576 bytes is less than unlimited memory',
  ]);
  t.deepEqual(list({ memory: { swap: -1 } }), []);
  t.deepEqual(list({ memory: { limit: 1.5 } }), [
    'memory.limit: 1.5 is neither a whole number nor -1 for unlimited',
  ]);
  t.deepEqual(list({ memory: { swappiness: 101 } }), [
    'memory.swappiness: 101 is not a whole number from 0 to 100',
  ]);
});

test('missing controllers', (t) => {
  const layout = makeV2Layout('/c', ['memory']);
  const resources: Resources = {
    memory: { limit: 8 * MIB },
    blockIO: { weight: 10 },
    pids: { limit: 3 },
    unified: { 'rdma.max': '1' },
  };
  t.deepEqual(list(resources, {}, layout), [
    'pids.limit: the controller "pids" is not available on this machine',
    'blockIO.weight: the controller "io" is not available on this machine',
    'unified["rdma.max"]: the controller "rdma" is not available in cgroup v2 on this machine',
  ]);
});

test('all of it as one error', (t) => {
  const error = t.throws(() =>
    assertResources(V2, { memory: { limit: 10 }, cpu: { shares: 1 } }, MACHINE),
  ) as Error & { code: string; context: { problems: unknown[] } };
  t.is(
    error.message,
    'failed to limit resources: the memory limit of 10 bytes is less than 6291456 bytes (6 MiB) (linux.resources.memory.limit); 1 is not a whole number from 2 to 262144 (linux.resources.cpu.shares)',
  );
  t.is(error.code, 'cgroup-resources');
  t.is(error.context.problems.length, 2);
  t.notThrows(() => assertResources(V2, {}, MACHINE));
});

test('lists of numbers', (t) => {
  t.deepEqual(parseNumberList('0-2,5\n'), [0, 1, 2, 5]);
  for (const text of ['', '-1', '3-1', '1,,2', '0-99999', 'a', '1;2', '0-4294967295']) {
    t.is(parseNumberList(text), undefined, text);
  }
});
