import test from 'ava';
import { compileResources, convertSharesToWeight } from '../../src/index.js';
import { makeHybridLayout, makeV2Layout } from '../layouts.js';
import { listWrites as list } from '../list-writes.js';

const HYBRID = makeHybridLayout('/c');
const V2 = makeV2Layout('/c');

test('a period alone keeps the quota, a quota alone the period', (t) => {
  t.deepEqual(list(V2, { cpu: { period: 20_000 } }, { cpuQuotaUs: 5_000 }), ['cpu: cpu.max = 5000 20000']);
  t.deepEqual(list(V2, { cpu: { period: 20_000 } }, { cpuQuotaUs: null }), ['cpu: cpu.max = max 20000']);
  t.deepEqual(list(V2, { cpu: { quota: 5_000 } }), ['cpu: cpu.max = 5000']);
});

test('a burst that falls goes before the quota, and 0 ends it', (t) => {
  const cpu = { quota: 15_000, burst: 10_000 };
  const [quota, burst] = ['cpu: cpu.max = 15000', 'cpu: cpu.max.burst = 10000'];
  t.deepEqual(list(V2, { cpu }), [quota, burst]);
  t.deepEqual(list(V2, { cpu }, { cpuBurstUs: 5_000 }), [quota, burst]);
  t.deepEqual(list(V2, { cpu }, { cpuBurstUs: 20_000 }), [burst, quota]);
  t.deepEqual(list(HYBRID, { cpu }, { cpuBurstUs: 20_000 }), [
    'cpu: cpu.cfs_burst_us = 10000',
    'cpu: cpu.cfs_quota_us = 15000',
  ]);
  t.deepEqual(list(V2, { cpu: { burst: 0 } }), ['cpu: cpu.max.burst = 0']);
  // A kernel without bursts does nothing else.
  t.deepEqual(
    compileResources(V2, { cpu: { burst: 0 } }).map(({ optional }) => optional),
    [true],
  );
});

test('a group becomes idle without shares, and gets them when it is idle no more', (t) => {
  t.deepEqual(list(V2, { cpu: { idle: 1, shares: 512 } }), ['cpu: cpu.idle = 1']);
  t.deepEqual(list(V2, { cpu: { idle: 0, shares: 512 } }), ['cpu: cpu.idle = 0', 'cpu: cpu.weight = 59']);
});

test('shares as weight meet at least, default and most', (t) => {
  t.deepEqual(
    [0, 1, 2, 3, 512, 1024, 2000, 2048, 262_144, 300_000].map(convertSharesToWeight),
    [1, 1, 1, 2, 59, 100, 170, 174, 10_000, 10_000],
  );
});
