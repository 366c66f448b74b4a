import test from 'ava';
import { compareSamples, parseNetworkCounts } from '../../../src/engine/life/stats-sample.js';

const cpu = { usageNs: 0, userNs: 0, systemNs: 0, throttledCount: 0, throttledNs: 0 };
const network = { receivedBytes: 5, sentBytes: 6 };
const container = { id: 'a'.repeat(64), name: 'web' };

test('CPU time between two moments, memory without what can be dropped', (t) => {
  const before = { atMs: 1_000, stats: { cpu: { ...cpu, usageNs: 1e9 } }, network };
  const now = {
    atMs: 3_000,
    stats: {
      cpu: { ...cpu, usageNs: 4e9 },
      memory: { usageBytes: 700, inactiveFileBytes: 200, limitBytes: 1_000, oomKills: 0 },
      pids: { current: 3, limit: null },
      io: { readBytes: 1, writtenBytes: 2 },
    },
    network,
  };
  t.deepEqual(compareSamples(container, before, now, 4_000), {
    ...container,
    cpuPercent: 150,
    memoryBytes: 500,
    memoryLimitBytes: 1_000,
    memoryPercent: 50,
    network,
    readBytes: 1,
    writtenBytes: 2,
    pids: 3,
  });
});

test('no limit is that of the machine; what does not run uses nothing', (t) => {
  const memory = { usageBytes: 100, inactiveFileBytes: 300, limitBytes: null, oomKills: 0 };
  const sample = { atMs: 1, stats: { memory }, network };
  t.like(compareSamples(container, sample, sample, 4_000), {
    cpuPercent: 0,
    memoryBytes: 0,
    memoryLimitBytes: 4_000,
    memoryPercent: 0,
  });
  const nothing = { atMs: 2, stats: {}, network };
  t.like(compareSamples(container, sample, nothing, 4_000), {
    memoryLimitBytes: 0,
    memoryPercent: 0,
    pids: 0,
  });
});

test('traffic of all interfaces but the loopback', (t) => {
  const text =
    'Inter-|   Receive                            |  Transmit\n' +
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets\n' +
    '    lo:     100       1    0    0    0     0          0         0      100       1\n' +
    '  eth0:    1000       2    0    0    0     0          0         0      300       3\n' +
    'veth@1:24 2 0 0 0 0 0 0 7 3\n';
  t.deepEqual(parseNetworkCounts(text), { receivedBytes: 1024, sentBytes: 307 });
});
