import type { Int64 } from '@mini/contracts';
import type { Read } from '../controller-reader.js';
import { limitIn, numberIn, numbersIn } from './number-in.js';

/** One kind of memory. */
export interface MemoryAccount {
  /** `null`: unlimited, where the kernel says `max`. */
  readonly limitBytes: Int64 | null;
  readonly usageBytes: Int64;
  /** Absent where the kernel does not count it. */
  readonly peakBytes?: Int64;
  /** How often the limit was hit. */
  readonly failures: Int64;
}

export interface MemoryAccounts {
  readonly memory: MemoryAccount;
  /** Memory and swap together. */
  readonly swap?: MemoryAccount;
  /** v1 only. */
  readonly kernel?: MemoryAccount;
  /** v1 only. */
  readonly kernelTcp?: MemoryAccount;
  readonly cacheBytes: Int64;
  /** All of memory.stat, by the kernel's names. */
  readonly stat: Readonly<Record<string, Int64>>;
}

function readAccountV1(read: Read, prefix: string): MemoryAccount | undefined {
  const limit = read(`${prefix}.limit_in_bytes`);
  if (limit === undefined) return undefined;
  return {
    limitBytes: numberIn(limit),
    usageBytes: numberIn(read(`${prefix}.usage_in_bytes`)),
    peakBytes: numberIn(read(`${prefix}.max_usage_in_bytes`)),
    failures: numberIn(read(`${prefix}.failcnt`)),
  };
}

/** Source: cgroup-v1/memory.rst of Linux. */
export function readMemoryV1(read: Read): MemoryAccounts {
  const stat = numbersIn(read('memory.stat'));
  const none = { limitBytes: 0, usageBytes: 0, failures: 0 };
  const [swap, kernel, kernelTcp] = ['memory.memsw', 'memory.kmem', 'memory.kmem.tcp'].map((prefix) =>
    readAccountV1(read, prefix),
  );
  return {
    memory: readAccountV1(read, 'memory') ?? none,
    ...(swap && { swap }),
    ...(kernel && { kernel }),
    ...(kernelTcp && { kernelTcp }),
    cacheBytes: stat.cache ?? 0,
    stat,
  };
}

function add(a: Int64 | null, b: Int64 | null): Int64 | null {
  return a === null || b === null ? null : numberIn(String(BigInt(a) + BigInt(b)));
}

/** Source: cgroup-v2.rst of Linux, which counts swap by itself: we add it to the memory, as v1 does. */
export function readMemoryV2(read: Read): MemoryAccounts {
  const stat = numbersIn(read('memory.stat'));
  const peak = read('memory.peak');
  const memory: MemoryAccount = {
    limitBytes: limitIn(read('memory.max')),
    usageBytes: numberIn(read('memory.current')),
    ...(peak !== undefined && { peakBytes: numberIn(peak) }),
    failures: numbersIn(read('memory.events')).max ?? 0,
  };
  const swapped = read('memory.swap.current');
  const swap = swapped !== undefined && {
    limitBytes: add(memory.limitBytes, limitIn(read('memory.swap.max'))),
    usageBytes: add(memory.usageBytes, numberIn(swapped)) ?? 0,
    failures: numbersIn(read('memory.swap.events')).max ?? 0,
  };
  return { memory, ...(swap && { swap }), cacheBytes: stat.file ?? 0, stat };
}
