import { findDisk } from '../limits.js';
import { differing, refused, type Scenario } from './line.js';

const LIMITS = [
  'Memory',
  'MemorySwap',
  'MemoryReservation',
  'MemorySwappiness',
  'CpuShares',
  'CpuPeriod',
  'CpuQuota',
  'CpusetCpus',
  'CpusetMems',
  'PidsLimit',
  'BlkioWeight',
];

/** What an engine says that it has set. */
const inspect = (...fields: readonly string[]) =>
  `inspect -f "${fields.map((field) => (field.startsWith('{') ? field : `{{.HostConfig.${field}}}`)).join(' ')}" p-limited`;

/** One flag that limits, and what is read of it in the container where its cgroup shows there, else what inspect says. */
function limited(flags: string, ...fields: readonly string[]): string[] {
  return [`create --name p-limited ${flags} @IMAGE true`, inspect(...fields), 'rm p-limited'];
}

/** What the cgroup of the container says, on v1 or on v2, seen from inside. */
function exec(v1: string, v2: string): string {
  return `exec p-limited sh -c "cd /sys/fs/cgroup; cat ${v1} ${v2} 2>/dev/null; true"`;
}

const rates = (field: string) => `{{range .HostConfig.${field}}}{{.Path}} {{.Rate}}{{end}}`;

const disk = findDisk()?.path ?? '/dev/null';

/** Limits at the beginning and later. */
export const LIMIT_SCENARIOS: readonly Scenario[] = [
  {
    title: 'limits of create and run',
    lines: [
      ...limited('-m 64m', 'Memory', 'MemorySwap'),
      ...limited('--memory 64m --memory-swap 96m --memory-reservation 32m', ...LIMITS.slice(0, 3)),
      ...limited('--memory-swappiness 10', 'MemorySwappiness'),
      ...limited('-c 512', 'CpuShares'),
      ...limited('--cpu-shares 256 --cpuset-cpus 0 --cpuset-mems 0', 'CpuShares', 'CpusetCpus', 'CpusetMems'),
      ...limited('--cpus 0.5', 'CpuQuota', 'CpuPeriod', 'NanoCpus'),
      ...limited('--cpu-period 50000 --cpu-quota 25000', 'CpuQuota', 'CpuPeriod'),
      ...limited('--pids-limit 50', 'PidsLimit'),
      ...limited(`--device-read-bps ${disk}:1m`, rates('BlkioDeviceReadBps')),
      ...limited(`--device-write-bps ${disk}:1m`, rates('BlkioDeviceWriteBps')),
      ...limited(`--device-read-iops ${disk}:100`, rates('BlkioDeviceReadIOps')),
      ...limited(`--device-write-iops ${disk}:100`, rates('BlkioDeviceWriteIOps')),
      refused('run --rm -m 1x @IMAGE true', 'bad value'),
      refused('run --rm -m 64m --memory-swap 32m @IMAGE true', 'bad value'),
      refused('run --rm --cpus x @IMAGE true', 'bad value'),
      refused('run --rm --cpuset-cpus 999 @IMAGE true', 'no such CPU'),
      refused('run --rm --pids-limit many @IMAGE true', 'bad value'),
    ],
  },
  {
    title: 'update',
    lines: [
      'run -d --name p-limited -m 64m @IMAGE sleep 1000',
      differing('update -m 96m --memory-swap 128m p-limited', 'name of update'),
      exec('memory/memory.limit_in_bytes', 'memory.max'),
      exec('memory/memory.memsw.limit_in_bytes', 'memory.swap.max'),
      differing('update --memory-reservation 48m p-limited', 'name of update'),
      exec('memory/memory.soft_limit_in_bytes', 'memory.low'),
      differing('update --cpus 0.5 p-limited', 'name of update'),
      exec('cpu/cpu.cfs_quota_us', 'cpu.max'),
      differing('update -c 300 --cpuset-cpus 0 --cpuset-mems 0 p-limited', 'name of update'),
      exec('cpu/cpu.shares', 'cpu.weight'),
      exec('cpuset/cpuset.cpus', 'cpuset.cpus'),
      differing('update --cpu-period 50000 --cpu-quota 20000 p-limited', 'name of update'),
      exec('cpu/cpu.cfs_quota_us', 'cpu.max'),
      refused('update -m 1x p-limited', 'bad value', 'exit code of a refusal'),
      refused('update -m 64m p-none', 'no such container', 'exit code of a refusal'),
      refused('update', 'operand missing', 'exit code of a refusal'),
    ],
  },
];
