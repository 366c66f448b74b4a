import type { Int64 } from '@mini/contracts';
import type { ControllerReader } from '../controller-reader.js';
import { parseNumberList } from '../machine.js';
import { numberIn } from './number-in.js';

/** Where a group may run and take memory. */
export interface CpusetAccounts {
  readonly cpus: readonly number[];
  readonly mems: readonly number[];
  /** The flags of v1, by the kernel's names without `cpuset.`; empty on v2. */
  readonly flags: Readonly<Record<string, Int64>>;
}

const FLAGS = [
  'cpu_exclusive',
  'mem_hardwall',
  'mem_exclusive',
  'memory_migrate',
  'memory_spread_page',
  'memory_spread_slab',
  'memory_pressure',
  'sched_load_balance',
  'sched_relax_domain_level',
] as const;

/** Source: cgroup-v1/cpusets.rst and cgroup-v2.rst of Linux. On v2 an own list may be empty: the effective one counts. */
export function readCpuset({ read, version }: ControllerReader): CpusetAccounts {
  const suffix = version === 1 ? '' : '.effective';
  const list = (name: string) => parseNumberList(read(`cpuset.${name}${suffix}`) ?? '') ?? [];
  const flags = version === 1 ? FLAGS.map((name) => [name, numberIn(read(`cpuset.${name}`))] as const) : [];
  return { cpus: list('cpus'), mems: list('mems'), flags: Object.fromEntries(flags) };
}
