import type { CgroupFiles } from './cgroup-files.js';
import { parseKeyed, parseLimit } from './control-file.js';
import { findReader, findReaders, type Read } from './controller-reader.js';
import type { GroupDirectory } from './group-directory.js';

/** What a group uses. A part is absent when the machine has no controller for it. */
export interface CgroupStats {
  readonly memory?: MemoryStats;
  readonly cpu?: CpuStats;
  readonly pids?: PidsStats;
  readonly io?: IoStats;
}

export interface MemoryStats {
  /** All that is charged, the page cache too. */
  readonly usageBytes: number;
  /** Of it, page cache that the kernel can drop at once; `docker stats` shows usage without it. */
  readonly inactiveFileBytes: number;
  /** `null`: unlimited. */
  readonly limitBytes: number | null;
  /** Highest usage so far; absent where the kernel does not count it (v2 before 5.19). */
  readonly peakBytes?: number;
  readonly oomKills: number;
}

/** Times in nanoseconds; exact up to 104 days of CPU time, as numbers go. */
export interface CpuStats {
  readonly usageNs: number;
  readonly userNs: number;
  readonly systemNs: number;
  /** How often, and how long, the group was held back by its quota. */
  readonly throttledCount: number;
  readonly throttledNs: number;
}

export interface PidsStats {
  readonly current: number;
  readonly limit: number | null;
}

/** Since the group was made, over all devices. */
export interface IoStats {
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** USER_HZ, the unit of cpuacct.stat, is 100 on all architectures that we run on. */
const NS_PER_TICK = 10_000_000;
const NS_PER_US = 1_000;

function numberIn(text: string | undefined): number {
  return Number(text?.trim() ?? 0);
}

function keyed(text: string | undefined): (key: string) => number {
  const map = parseKeyed(text ?? '');
  return (key) => map.get(key) ?? 0;
}

function readMemoryV1(read: Read): MemoryStats {
  const peak = read('memory.max_usage_in_bytes');
  return {
    usageBytes: numberIn(read('memory.usage_in_bytes')),
    inactiveFileBytes: keyed(read('memory.stat'))('total_inactive_file'),
    limitBytes: parseLimit(read('memory.limit_in_bytes') ?? ''),
    ...(peak !== undefined && { peakBytes: numberIn(peak) }),
    oomKills: keyed(read('memory.oom_control'))('oom_kill'),
  };
}

function readMemoryV2(read: Read): MemoryStats {
  const peak = read('memory.peak');
  return {
    usageBytes: numberIn(read('memory.current')),
    inactiveFileBytes: keyed(read('memory.stat'))('inactive_file'),
    limitBytes: parseLimit(read('memory.max') ?? ''),
    ...(peak !== undefined && { peakBytes: numberIn(peak) }),
    oomKills: keyed(read('memory.events'))('oom_kill'),
  };
}

function readCpuV1(readAccount: Read, readCpu: Read): CpuStats {
  const [account, stat] = [keyed(readAccount('cpuacct.stat')), keyed(readCpu('cpu.stat'))];
  return {
    usageNs: numberIn(readAccount('cpuacct.usage')),
    userNs: account('user') * NS_PER_TICK,
    systemNs: account('system') * NS_PER_TICK,
    throttledCount: stat('nr_throttled'),
    throttledNs: stat('throttled_time'),
  };
}

function readCpuV2(read: Read): CpuStats {
  const stat = keyed(read('cpu.stat'));
  return {
    usageNs: stat('usage_usec') * NS_PER_US,
    userNs: stat('user_usec') * NS_PER_US,
    systemNs: stat('system_usec') * NS_PER_US,
    throttledCount: stat('nr_throttled'),
    throttledNs: stat('throttled_usec') * NS_PER_US,
  };
}

/** Lines `MAJ:MIN Read 4096`; the total at the end has no device. */
function readIoV1(read: Read): IoStats {
  const text = read('blkio.throttle.io_service_bytes_recursive') ?? '';
  const sum = (kind: string) =>
    [...text.matchAll(new RegExp(`^\\d+:\\d+ ${kind} (\\d+)$`, 'gm'))].reduce(
      (total, [, n]) => total + Number(n),
      0,
    );
  return { readBytes: sum('Read'), writtenBytes: sum('Write') };
}

/** Lines `MAJ:MIN rbytes=4096 wbytes=0 …`. */
function readIoV2(read: Read): IoStats {
  const text = read('io.stat') ?? '';
  const sum = (key: string) =>
    [...text.matchAll(new RegExp(`\\b${key}=(\\d+)`, 'g'))].reduce((total, [, n]) => total + Number(n), 0);
  return { readBytes: sum('rbytes'), writtenBytes: sum('wbytes') };
}

/** See `Cgroup.stats`. */
export function readStats(directories: readonly GroupDirectory[], files: CgroupFiles): CgroupStats {
  const { memory, pids, io, account, cpu } = findReaders(directories, files);
  return {
    ...(memory && { memory: memory.version === 1 ? readMemoryV1(memory.read) : readMemoryV2(memory.read) }),
    ...(account && {
      cpu:
        account.version === 1
          ? readCpuV1(account.read, cpu?.read ?? (() => undefined))
          : readCpuV2(account.read),
    }),
    ...(pids && {
      pids: { current: numberIn(pids.read('pids.current')), limit: parseLimit(pids.read('pids.max') ?? '') },
    }),
    ...(io && { io: io.version === 1 ? readIoV1(io.read) : readIoV2(io.read) }),
  };
}

/** See `Cgroup.oomKillCount`. */
export function readOomKillCount(directories: readonly GroupDirectory[], files: CgroupFiles): number {
  const memory = findReader(directories, files)('memory', 'memory', 'memory.events');
  if (memory === undefined) return 0;
  return keyed(memory.read(memory.version === 1 ? 'memory.oom_control' : 'memory.events'))('oom_kill');
}
