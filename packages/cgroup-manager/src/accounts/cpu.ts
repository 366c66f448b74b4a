import type { Int64 } from '@mini/contracts';
import type { Read } from '../controller-reader.js';
import { numberIn, numbersIn } from './number-in.js';

/** Times in nanoseconds. */
export interface CpuAccounts {
  readonly usageNs: Int64;
  readonly userNs: Int64;
  readonly systemNs: Int64;
  /** By CPU; v1 only. */
  readonly perCpu?: { readonly usageNs: Int64[]; readonly userNs: Int64[]; readonly systemNs: Int64[] };
  /** Periods of the quota that have passed, those in which the group was held back, and for how long. */
  readonly periods: Int64;
  readonly throttledPeriods: Int64;
  readonly throttledNs: Int64;
}

/** USER_HZ, the unit of cpuacct.stat, is 100 on all architectures that we run on. */
const NS_PER_TICK = 10_000_000;
const NS_PER_US = 1_000;

function multiply(value: Int64 | undefined, factor: number): Int64 {
  return numberIn(String(BigInt(value ?? 0) * BigInt(factor)));
}

/** Source: cgroup-v1/cpuacct.rst and sched-bwc.rst of Linux. */
export function readCpuV1(readAccount: Read, readCpu: Read = () => undefined): CpuAccounts {
  const ticks = numbersIn(readAccount('cpuacct.stat'));
  const stat = numbersIn(readCpu('cpu.stat'));
  const perCpu = (readAccount('cpuacct.usage_percpu') ?? '').split(/\s+/).filter((word) => word !== '');
  // Lines `CPU USER SYSTEM` below a heading.
  const halves = [...(readAccount('cpuacct.usage_all') ?? '').matchAll(/^\d+ (\d+) (\d+)$/gm)];
  return {
    usageNs: numberIn(readAccount('cpuacct.usage')),
    userNs: multiply(ticks.user, NS_PER_TICK),
    systemNs: multiply(ticks.system, NS_PER_TICK),
    perCpu: {
      usageNs: perCpu.map(numberIn),
      userNs: halves.map(([, user]) => numberIn(user)),
      systemNs: halves.map(([, , system]) => numberIn(system)),
    },
    periods: stat.nr_periods ?? 0,
    throttledPeriods: stat.nr_throttled ?? 0,
    throttledNs: stat.throttled_time ?? 0,
  };
}

/** Source: cgroup-v2.rst of Linux. */
export function readCpuV2(read: Read): CpuAccounts {
  const stat = numbersIn(read('cpu.stat'));
  return {
    usageNs: multiply(stat.usage_usec, NS_PER_US),
    userNs: multiply(stat.user_usec, NS_PER_US),
    systemNs: multiply(stat.system_usec, NS_PER_US),
    periods: stat.nr_periods ?? 0,
    throttledPeriods: stat.nr_throttled ?? 0,
    throttledNs: multiply(stat.throttled_usec, NS_PER_US),
  };
}
