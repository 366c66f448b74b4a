import type { Int64, Resources } from '@mini/contracts';
import type { CgroupWrite } from '../cgroup-write.js';
import type { Machine } from '../machine.js';

/** A limit that cannot be. */
export interface ResourceProblem {
  /** `linux.resources.memory.limit` and the like. */
  readonly field: string;
  readonly reason: string;
}

/** Limits now in force, where the order or the value of a new one depends on them; `null` is unlimited. */
export interface CurrentLimits {
  readonly memoryBytes?: number | null;
  /** Read for `checkBeforeUpdate` alone, v2 only. */
  readonly memoryUsageBytes?: number;
  /** Memory plus swap, v1 only. */
  readonly memorySwapBytes?: number | null;
  /** Microseconds in a period, v2 only. */
  readonly cpuQuotaUs?: number | null;
  /** Microseconds that may be saved up. */
  readonly cpuBurstUs?: number;
}

/** How strictly limits are judged. */
export interface ValidationOptions {
  /**
   * `engine` (the default) also refuses what the kernel takes but what is surely a mistake at a terminal, as `docker`
   * does: less than 6 MiB of memory, more CPUs than there are. `kernel` leaves these to the caller.
   */
  readonly strictness?: 'engine' | 'kernel';
}

/** A value before it is known which tree it goes to. */
export type Setting = Omit<CgroupWrite, 'controller' | 'version'>;

/** One controller: pure functions over the part of the resources that is its own. */
export interface Controller {
  /** The kernel's name for it on v1. */
  readonly v1: string;
  /** The kernel's name for it on v2; `undefined` where v2 has no files for it. */
  readonly v2: string | undefined;
  /** The part of the Spec, for messages. */
  readonly field: string;
  /** Writes in the order in which the kernel takes them. Zero means "leave alone", as engines send it. */
  compile(resources: Resources, version: 1 | 2, current: CurrentLimits): Setting[];
  /** What is asked for and has no meaning on this version: sentences. */
  listIgnored?(resources: Resources, version: 1 | 2): string[];
  validate(resources: Resources, machine: Machine, options: ValidationOptions): ResourceProblem[];
}

/** Whether a limit is given: zero means "leave alone". */
export function isSet<T extends Int64>(value: T | undefined): value is T {
  return value !== undefined && value !== 0 && value !== 0n;
}

/** A problem unless `value` is absent, zero, or a whole number within the bounds. */
export function checkRange(
  field: string,
  value: number | undefined,
  least: number,
  most: number,
): ResourceProblem[] {
  if (!isSet(value) || (Number.isSafeInteger(value) && value >= least && value <= most)) return [];
  return [{ field, reason: `${value} is not a whole number from ${least} to ${most}` }];
}

/** A problem unless `value` is absent, -1 for unlimited, or a whole number of at least 0. */
export function checkLimit(field: string, value: Int64 | undefined): ResourceProblem[] {
  const isWhole = typeof value === 'bigint' || Number.isSafeInteger(value);
  if (value === undefined || (isWhole && value >= -1)) return [];
  return [{ field, reason: `${value} is neither a whole number nor -1 for unlimited` }];
}
