import { compileResources, parseCgroupLayout } from '@mini/cgroup-manager';
import type { Resources } from '@mini/contracts';
import test from 'ava';
import { readAnnotatedProperties } from '../../../src/oci/systemd/annotated-properties.js';
import { compileUnitProperties } from '../../../src/oci/systemd/unit-properties.js';

const layout = parseCgroupLayout({
  mountinfo: '30 29 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
  ownCgroup: '0::/\n',
  readControllers: () => 'cpuset cpu io memory hugetlb pids rdma misc\n',
});
const UNLIMITED = 2n ** 64n - 1n;

const propertiesOf = (resources: Resources, periodUs?: number) =>
  Object.fromEntries(
    [...compileUnitProperties(compileResources(layout, resources), periodUs)].map(([name, { value }]) => [
      name,
      value,
    ]),
  );

test('limits are properties of the unit', (t) => {
  const resources: Resources = {
    memory: { limit: 1 << 26, reservation: 1 << 20, swap: 3 << 25 },
    cpu: { shares: 1024, quota: 50_000, period: 100_000, cpus: '0-1,9', mems: '0' },
    pids: { limit: 30 },
    blockIO: { weight: 10 },
    unified: { 'memory.high': '1048576', 'memory.min': '4096' },
  };
  t.deepEqual(propertiesOf(resources), {
    MemoryMax: 1n << 26n,
    MemorySwapMax: 1n << 25n,
    MemoryLow: 1n << 20n,
    MemoryHigh: 1n << 20n,
    MemoryMin: 4096n,
    CPUWeight: 100n,
    CPUQuotaPerSecUSec: 500_000n,
    CPUQuotaPeriodUSec: 100_000n,
    AllowedCPUs: [0b11, 0b10],
    AllowedMemoryNodes: [1],
    TasksMax: 30n,
    IOWeight: 1n,
  });
});

test('what is unlimited is so for systemd, and what it has no words for is left out', (t) => {
  t.deepEqual(propertiesOf({ memory: { limit: -1 }, pids: { limit: -1 }, cpu: { quota: -1 } }), {
    MemoryMax: UNLIMITED,
    MemorySwapMax: UNLIMITED,
    TasksMax: UNLIMITED,
    CPUQuotaPerSecUSec: UNLIMITED,
  });
  t.deepEqual(
    propertiesOf({
      unified: { 'pids.max': 'max', 'memory.oom.group': '1', 'io.weight': '8:0 50', 'cpu.max.burst': '5' },
    }),
    { TasksMax: UNLIMITED },
  );
});

test('a quota alone is one of the period that the group has, in whole percents', (t) => {
  t.deepEqual(propertiesOf({ cpu: { quota: 20_000 } }), { CPUQuotaPerSecUSec: 200_000n });
  t.deepEqual(propertiesOf({ cpu: { quota: 20_000 } }, 50_000), { CPUQuotaPerSecUSec: 400_000n });
  t.deepEqual(propertiesOf({ cpu: { quota: 10_001 } }), { CPUQuotaPerSecUSec: 110_000n });
});

test('engines give properties of the unit as annotations', (t) => {
  const annotations = {
    'org.systemd.property.TimeoutStopUSec': 'uint64 5000000',
    'org.systemd.property.KillSignal': '15',
    'org.systemd.property.CollectMode': "'inactive-or-failed'",
    'org.systemd.property.SendSIGHUP': 'true',
    'org.systemd.property.After': `['a.service', "b.service"]`,
    'org.systemd.property.RuntimeMaxSec': '2',
    'com.example.other': 'left alone',
  };
  t.deepEqual(Object.fromEntries(readAnnotatedProperties(annotations)), {
    TimeoutStopUSec: { signature: 't', value: 5_000_000n },
    KillSignal: { signature: 'i', value: 15 },
    CollectMode: { signature: 's', value: 'inactive-or-failed' },
    SendSIGHUP: { signature: 'b', value: true },
    After: { signature: 'as', value: ['a.service', 'b.service'] },
    RuntimeMaxUSec: { signature: 't', value: 2_000_000n },
  });
  t.is(readAnnotatedProperties(undefined).size, 0);
});

for (const [name, text] of [
  ['KillSignal', ''],
  ['KillSignal', '2147483648'],
  ['KillSignal', 'byte -1'],
  ['KillSignal', 'double 5'],
  ['CollectMode', "'a"],
  ['CollectMode', `'a"`],
  ['After', "['a', 5]"],
  ['TimeoutStopSec', "'soon'"],
  ['TimeoutStopSec', '-1'],
  ['kill.signal', '5'],
] as const) {
  test(`the property ${name} is refused as ${JSON.stringify(text)}`, (t) => {
    const key = `org.systemd.property.${name}`;
    t.throws(() => readAnnotatedProperties({ [key]: text }), {
      code: 'bad-unit-property',
      message: `failed to read a property of systemd's unit (annotations["${key}"]): ${JSON.stringify(text)} is no value such as "true", "uint64 5" or "'text'"`,
    });
  });
}
