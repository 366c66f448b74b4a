import type { CpuResources, Resources } from '@mini/contracts';
import type { Machine } from '../machine.js';
import {
  type Controller,
  type CurrentLimits,
  checkRange,
  isSet,
  type ResourceProblem,
  type Setting,
  type ValidationOptions,
} from './controller.js';

const FIELD = 'linux.resources.cpu';
const DEFAULT_PERIOD_US = 100_000;
const LEAST_QUOTA_US = 1_000;
const LEAST_CPUS = 0.01;
const [LEAST_SHARES, MOST_SHARES] = [2, 262_144];

/**
 * v1's shares (2 to 262144, 1024 by default) as v2's weight (1 to 10000, 100 by default): the curve that meets all
 * three pairs, logarithm against logarithm. runc 1.3.2 and crun 1.23 and newer compute the same; the older, straight
 * formula made 39 of the default. Source: opencontainers/cgroups pull request 20.
 */
export function convertSharesToWeight(shares: number): number {
  if (shares <= LEAST_SHARES) return 1;
  if (shares >= MOST_SHARES) return 10_000;
  const log = Math.log2(shares);
  // One fraction: 125/612 and 7/34 taken apart would round 1024 up to 101.
  return Math.ceil(10 ** ((log * log + 125 * log - 126) / 612));
}

function add(settings: Setting[], file: string, value: number | bigint | undefined, member: string): void {
  if (value !== undefined && value !== 0)
    settings.push({ file, value: `${value}`, field: `${FIELD}.${member}` });
}

function compileBandwidthV1(cpu: CpuResources): Setting[] {
  const settings: Setting[] = [];
  // The period first: the kernel judges a quota by it.
  add(settings, 'cpu.cfs_period_us', cpu.period, 'period');
  add(settings, 'cpu.cfs_quota_us', cpu.quota, 'quota');
  return settings;
}

function compileRealtime(cpu: CpuResources): Setting[] {
  const settings: Setting[] = [];
  // Here too the period decides what the runtime may be.
  add(settings, 'cpu.rt_period_us', cpu.realtimePeriod, 'realtimePeriod');
  add(settings, 'cpu.rt_runtime_us', cpu.realtimeRuntime, 'realtimeRuntime');
  return settings;
}

/** Quota and period are one value; a quota alone leaves the period as it is. */
function compileMax({ quota, period }: CpuResources, current: CurrentLimits): Setting[] {
  if (!isSet(quota) && !isSet(period)) return [];
  const quotaUs = isSet(quota) ? quota : (current.cpuQuotaUs ?? -1);
  const value = [quotaUs < 0 ? 'max' : `${quotaUs}`, ...(isSet(period) ? [`${period}`] : [])].join(' ');
  return [{ file: 'cpu.max', value, field: `${FIELD}.${isSet(quota) ? 'quota' : 'period'}` }];
}

/**
 * The burst is at most the quota at every moment, so it goes first when it falls. Unlike with the others its 0 is a value of
 * its own, and what a kernel before 5.14 does.
 */
function withBurst(
  bandwidth: Setting[],
  { burst }: CpuResources,
  file: string,
  current: CurrentLimits,
): Setting[] {
  if (burst === undefined) return bandwidth;
  const setting: Setting = {
    file,
    value: `${burst}`,
    field: `${FIELD}.burst`,
    ...(burst === 0 ? { optional: true } : {}),
  };
  const falls = current.cpuBurstUs !== undefined && burst < current.cpuBurstUs;
  return falls ? [setting, ...bandwidth] : [...bandwidth, setting];
}

/** An idle group takes no shares, and has the default ones when it is idle no more: that goes first, and those are left out. */
function compileWeight({ shares, idle }: CpuResources, version: 1 | 2): Setting[] {
  const settings: Setting[] = [];
  if (idle !== undefined) settings.push({ file: 'cpu.idle', value: `${idle}`, field: `${FIELD}.idle` });
  if (!isSet(shares) || idle === 1) return settings;
  const [file, value] =
    version === 1 ? ['cpu.shares', `${shares}`] : ['cpu.weight', `${convertSharesToWeight(shares)}`];
  return [...settings, { file: file!, value: value!, field: `${FIELD}.shares` }];
}

function compile({ cpu }: Resources, version: 1 | 2, current: CurrentLimits): Setting[] {
  if (cpu === undefined) return [];
  if (version === 2) {
    const bandwidth = withBurst(compileMax(cpu, current), cpu, 'cpu.max.burst', current);
    return [...compileWeight(cpu, version), ...bandwidth];
  }
  const bandwidth = withBurst(compileBandwidthV1(cpu), cpu, 'cpu.cfs_burst_us', current);
  return [...compileWeight(cpu, version), ...bandwidth, ...compileRealtime(cpu)];
}

function checkCpuCount({ quota, period }: CpuResources, machine: Machine): ResourceProblem[] {
  if (!isSet(quota) || quota < 0) return [];
  const cpus = quota / (isSet(period) ? period : DEFAULT_PERIOD_US);
  const online = machine.onlineCpus.length;
  if (cpus >= LEAST_CPUS && cpus <= online) return [];
  const reason = `${cpus} CPUs is not in the range from ${LEAST_CPUS} to ${online}: this machine has ${online}`;
  return [{ field: `${FIELD}.quota`, reason }];
}

function validate({ cpu }: Resources, machine: Machine, options: ValidationOptions): ResourceProblem[] {
  if (cpu === undefined) return [];
  const quota =
    cpu.quota === -1 ? [] : checkRange(`${FIELD}.quota`, cpu.quota, LEAST_QUOTA_US, Number.MAX_SAFE_INTEGER);
  return [
    ...checkRange(`${FIELD}.shares`, cpu.shares, LEAST_SHARES, MOST_SHARES),
    ...checkRange(`${FIELD}.period`, cpu.period, 1_000, 1_000_000),
    ...quota,
    ...checkRange(`${FIELD}.burst`, cpu.burst, 0, Number.MAX_SAFE_INTEGER),
    ...checkRange(`${FIELD}.idle`, cpu.idle, 0, 1),
    ...(quota.length === 0 && options.strictness !== 'kernel' ? checkCpuCount(cpu, machine) : []),
  ];
}

function listIgnored({ cpu }: Resources, version: 1 | 2): string[] {
  if (version === 1 || cpu === undefined) return [];
  return (['realtimePeriod', 'realtimeRuntime'] as const)
    .filter((member) => cpu[member] !== undefined && cpu[member] !== 0)
    .map((member) => `${FIELD}.${member} was discarded: cgroup v2 has no such setting`);
}

/** Shares, bandwidth and idle class. Sources: sched-bwc.rst and cgroup-v2.rst of Linux. */
export const cpuController: Controller = {
  v1: 'cpu',
  v2: 'cpu',
  field: FIELD,
  compile,
  listIgnored,
  validate,
};
