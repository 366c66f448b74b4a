import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Values of control files that must stand there when these flags are given: on v1 as `controller/file`, on v2 as `file`. */
export interface LimitCase {
  readonly flags: string;
  readonly v1: Readonly<Record<string, string>>;
  readonly v2: Readonly<Record<string, string>>;
}

/** A disk of this machine, or nothing where there is none. */
export function findDisk(): { readonly path: string; readonly number: string } | undefined {
  const name = readdirSync('/sys/block').find(
    (each) => /^(vd|sd|xvd|nvme)/.test(each) && existsSync(`/dev/${each}`),
  );
  if (name === undefined) return undefined;
  return { path: `/dev/${name}`, number: readFileSync(`/sys/block/${name}/dev`, 'utf8').trim() };
}

const UNLIMITED_V1 = '9223372036854771712';

/** Each flag that sets a limit, and those that belong together. */
export const LIMIT_CASES: readonly LimitCase[] = [
  {
    flags: '-m 64m',
    v1: { 'memory/memory.limit_in_bytes': '67108864', 'memory/memory.memsw.limit_in_bytes': '134217728' },
    v2: { 'memory.max': '67108864', 'memory.swap.max': '67108864' },
  },
  {
    flags: '--memory 64m --memory-swap 96m',
    v1: { 'memory/memory.limit_in_bytes': '67108864', 'memory/memory.memsw.limit_in_bytes': '100663296' },
    v2: { 'memory.max': '67108864', 'memory.swap.max': '33554432' },
  },
  {
    flags: '-m 64m --memory-swap 64m',
    v1: { 'memory/memory.limit_in_bytes': '67108864', 'memory/memory.memsw.limit_in_bytes': '67108864' },
    v2: { 'memory.max': '67108864', 'memory.swap.max': '0' },
  },
  {
    flags: '-m 64m --memory-swap -1',
    v1: { 'memory/memory.limit_in_bytes': '67108864', 'memory/memory.memsw.limit_in_bytes': UNLIMITED_V1 },
    v2: { 'memory.max': '67108864', 'memory.swap.max': 'max' },
  },
  {
    flags: '--memory-reservation 32m',
    v1: { 'memory/memory.soft_limit_in_bytes': '33554432', 'memory/memory.limit_in_bytes': UNLIMITED_V1 },
    v2: { 'memory.low': '33554432', 'memory.max': 'max' },
  },
  {
    flags: '--memory-swappiness 10',
    v1: { 'memory/memory.swappiness': '10' },
    v2: {},
  },
  {
    flags: '--cpus 0.5',
    v1: { 'cpu/cpu.cfs_quota_us': '50000', 'cpu/cpu.cfs_period_us': '100000' },
    v2: { 'cpu.max': '50000 100000' },
  },
  {
    flags: '--cpu-period 50000 --cpu-quota 25000',
    v1: { 'cpu/cpu.cfs_quota_us': '25000', 'cpu/cpu.cfs_period_us': '50000' },
    v2: { 'cpu.max': '25000 50000' },
  },
  { flags: '-c 512', v1: { 'cpu/cpu.shares': '512' }, v2: { 'cpu.weight': '59' } },
  { flags: '--cpu-shares 1024', v1: { 'cpu/cpu.shares': '1024' }, v2: { 'cpu.weight': '100' } },
  {
    flags: '--cpuset-cpus 0 --cpuset-mems 0',
    v1: { 'cpuset/cpuset.cpus': '0', 'cpuset/cpuset.mems': '0' },
    v2: { 'cpuset.cpus': '0', 'cpuset.mems': '0' },
  },
  { flags: '--pids-limit 55', v1: { 'pids/pids.max': '55' }, v2: { 'pids.max': '55' } },
  { flags: '--pids-limit -1', v1: { 'pids/pids.max': 'max' }, v2: { 'pids.max': 'max' } },
  {
    flags: '-m 48m --cpus 1 --pids-limit 20 -c 2048',
    v1: {
      'memory/memory.limit_in_bytes': '50331648',
      'cpu/cpu.cfs_quota_us': '100000',
      'pids/pids.max': '20',
      'cpu/cpu.shares': '2048',
    },
    v2: { 'memory.max': '50331648', 'cpu.max': '100000 100000', 'pids.max': '20', 'cpu.weight': '174' },
  },
];

/** The limits of a disk. */
export function listDiskCases({ path, number }: { path: string; number: string }): LimitCase[] {
  return [
    {
      flags: `--device-read-bps ${path}:1m --device-write-bps ${path}:2mb`,
      v1: {
        'blkio/blkio.throttle.read_bps_device': `${number} 1048576`,
        'blkio/blkio.throttle.write_bps_device': `${number} 2097152`,
      },
      v2: { 'io.max': `${number} rbps=1048576 wbps=2097152 riops=max wiops=max` },
    },
    {
      flags: `--device-read-iops ${path}:100 --device-write-iops ${path}:200`,
      v1: {
        'blkio/blkio.throttle.read_iops_device': `${number} 100`,
        'blkio/blkio.throttle.write_iops_device': `${number} 200`,
      },
      v2: { 'io.max': `${number} rbps=max wbps=max riops=100 wiops=200` },
    },
  ];
}
