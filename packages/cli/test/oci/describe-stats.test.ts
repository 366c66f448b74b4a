import { formatJson } from '@mini/contracts/validation';
import test from 'ava';
import { describeStats } from '../../src/oci/describe-stats.js';

test('what nobody counts is there where runc always prints it', (t) => {
  const none = { limit: 0, failcnt: 0 };
  t.deepEqual(JSON.parse(formatJson(describeStats({}))), {
    cpu: { usage: { kernel: 0, user: 0 }, throttling: {} },
    cpuset: {},
    memory: { usage: none, swap: none, kernel: none, kernelTCP: none },
    pids: {},
    blkio: {},
    hugetlb: {},
    intel_rdt: {},
    network_interfaces: null,
  });
});

test('zeros are left out, and numbers beyond a double are exact', (t) => {
  const stats = describeStats({
    cpu: {
      usageNs: 9007199254740993n,
      userNs: 0,
      systemNs: 1,
      periods: 0,
      throttledPeriods: 2,
      throttledNs: 0,
    },
    memory: {
      memory: { limitBytes: null, usageBytes: 0, peakBytes: 4096, failures: 0 },
      cacheBytes: 0,
      stat: { rss: 0 },
    },
    pids: { current: 3, limit: null },
    io: {
      serviceBytes: [{ major: 8, minor: 0, operation: 'Read', value: 0 }],
      serviced: [],
      queued: [],
      serviceTime: [],
      waitTime: [],
      merged: [],
      time: [],
      sectors: [],
    },
    hugePages: { '2MB': { usageBytes: 0, failures: 0 } },
  });
  const text = formatJson(stats);
  t.true(
    text.includes(
      '"usage":{"total":9007199254740993,"kernel":1,"user":0},"throttling":{"throttledPeriods":2}',
    ),
  );
  t.true(text.includes('"usage":{"limit":18446744073709551615,"max":4096,"failcnt":0}'));
  t.true(text.includes('"raw":{"rss":0}'));
  t.true(text.includes('"pids":{"current":3}'));
  t.true(text.includes('"blkio":{"ioServiceBytesRecursive":[{"major":8,"op":"Read"}]}'));
  t.true(text.includes('"hugetlb":{"2MB":{"failcnt":0}}'));
});
