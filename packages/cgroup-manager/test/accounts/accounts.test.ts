import test, { type ExecutionContext } from 'ava';
import { type CgroupAccounts, createCgroup, readAccounts } from '../../src/index.js';
import { FakeCgroupTree } from '../fake-cgroup-tree.js';
import { makeHybridLayout, makeV2Layout } from '../layouts.js';

function make(
  t: ExecutionContext,
  makeLayout: typeof makeHybridLayout,
  texts: Readonly<Record<string, string>>,
): CgroupAccounts {
  const tree = new FakeCgroupTree(makeLayout);
  t.teardown(() => tree.remove());
  const cgroup = createCgroup(tree.layout, '/a', {}, { files: tree.files });
  for (const [path, text] of Object.entries(texts)) tree.set(path, text);
  return readAccounts(cgroup, tree.files);
}

test('all that v1 counts, digit for digit', (t) => {
  const accounts = make(t, makeHybridLayout, {
    'cpuacct/a/cpuacct.usage': '9007199254740993\n',
    'cpuacct/a/cpuacct.usage_percpu': '20 10 \n',
    'cpuacct/a/cpuacct.usage_all': 'cpu user system\n0 15 5\n1 9 1\n',
    'cpuset/a/cpuset.cpus': '0-1,3\n',
    'cpuset/a/cpuset.mems': '0\n',
    'cpuset/a/cpuset.sched_relax_domain_level': '-1\n',
    'cpuset/a/cpuset.sched_load_balance': '1\n',
    'memory/a/memory.failcnt': '7\n',
    'memory/a/memory.memsw.usage_in_bytes': '5000\n',
    'memory/a/memory.stat': 'cache 512\nrss 1\n',
    'blkio/a/blkio.throttle.io_serviced_recursive': '8:0 Read 3\nTotal 3\n',
    'blkio/a/blkio.time_recursive': '8:16 44\n',
  });
  const { cpu, cpuset, memory, pids, io, hugePages } = accounts;
  t.deepEqual(cpu, {
    usageNs: 9007199254740993n,
    userNs: 20_000_000,
    systemNs: 10_000_000,
    perCpu: { usageNs: [20, 10], userNs: [15, 9], systemNs: [5, 1] },
    periods: 9,
    throttledPeriods: 2,
    throttledNs: 700,
  });
  t.deepEqual([cpuset?.cpus, cpuset?.mems], [[0, 1, 3], [0]]);
  t.like(cpuset?.flags, { sched_relax_domain_level: -1, sched_load_balance: 1, cpu_exclusive: 0 });
  t.deepEqual(memory, {
    memory: { limitBytes: 9223372036854771712n, usageBytes: 4096, peakBytes: 8192, failures: 7 },
    swap: { limitBytes: 9223372036854771712n, usageBytes: 5000, peakBytes: 0, failures: 0 },
    cacheBytes: 512,
    stat: { cache: 512, rss: 1 },
  });
  t.deepEqual(pids, { current: 1, limit: null });
  t.deepEqual(io?.serviceBytes, [
    { major: 8, minor: 0, operation: 'Read', value: 100 },
    { major: 8, minor: 0, operation: 'Write', value: 20 },
    { major: 8, minor: 16, operation: 'Read', value: 1 },
    { major: 8, minor: 0, operation: 'Total', value: 120 },
  ]);
  t.deepEqual(io?.serviced, [{ major: 8, minor: 0, operation: 'Read', value: 3 }]);
  t.deepEqual(io?.time, [{ major: 8, minor: 16, value: 44 }]);
  t.deepEqual(hugePages, {}, 'sizes of pages that the group does not count');
});

test('all that v2 counts, swap with the memory', (t) => {
  const accounts = make(t, makeV2Layout, {
    'a/cpuset.cpus.effective': '0-1\n',
    'a/memory.max': '8192\n',
    'a/memory.swap.max': '1000\n',
    'a/memory.swap.current': '10\n',
    'a/memory.events': 'low 0\nmax 6\noom_kill 3\n',
    'a/memory.stat': 'anon 1\nfile 512\n',
    'a/io.stat': '8:0 rbytes=100 wbytes=20 rios=1 wios=2 dbytes=0 dios=0\n',
  });
  const { cpu, cpuset, memory, io } = accounts;
  t.deepEqual(cpu, {
    usageNs: 30_000,
    userNs: 20_000,
    systemNs: 10_000,
    periods: 0,
    throttledPeriods: 2,
    throttledNs: 7_000,
  });
  t.deepEqual(cpuset, { cpus: [0, 1], mems: [], flags: {} });
  t.deepEqual(memory, {
    memory: { limitBytes: 8192, usageBytes: 4096, failures: 6 },
    swap: { limitBytes: 9192, usageBytes: 4106, failures: 0 },
    cacheBytes: 512,
    stat: { anon: 1, file: 512 },
  });
  t.deepEqual(io?.serviced, [
    { major: 8, minor: 0, operation: 'Read', value: 1 },
    { major: 8, minor: 0, operation: 'Write', value: 2 },
  ]);
});

test('what is unlimited on v2', (t) => {
  const accounts = make(t, makeV2Layout, { 'a/memory.swap.current': '0\n', 'a/memory.swap.max': 'max\n' });
  t.is(accounts.memory?.memory.limitBytes, null);
  t.is(accounts.memory?.swap?.limitBytes, null);
});

test('without a controller there is no account', (t) => {
  const accounts = make(t, (root) => makeV2Layout(root, ['pids']), {});
  t.deepEqual(accounts, { pids: { current: 1, limit: 50 } });
});
