import { type CgroupWrite, parseNumberList } from '@mini/cgroup-manager';
import type { BusValue, BusVariant } from './bus-value.js';

/** Properties of a unit by their names. */
export type UnitProperties = ReadonlyMap<string, BusVariant>;

const UNLIMITED = 2n ** 64n - 1n;
const DEFAULT_PERIOD_US = 100_000;
/** Systemd counts CPU time in whole percents of one CPU: what is finer it would round up itself, another time. */
const PERCENT_US = 10_000;

const LIMITS: Readonly<Record<string, string>> = {
  'memory.max': 'MemoryMax',
  'memory.high': 'MemoryHigh',
  'memory.low': 'MemoryLow',
  'memory.min': 'MemoryMin',
  'memory.swap.max': 'MemorySwapMax',
  'pids.max': 'TasksMax',
  'cpu.weight': 'CPUWeight',
};

const LISTS: Readonly<Record<string, string>> = {
  'cpuset.cpus': 'AllowedCPUs',
  'cpuset.mems': 'AllowedMemoryNodes',
};

/**
 * The limits of a group on cgroup v2 as properties of its unit, as far as systemd has words for them: it writes these when
 * it looks at the unit again, and would take away what it does not know of. `periodUs` is that of the CPU quota where the
 * writes have none. Source: systemd.resource-control(5), org.freedesktop.systemd1(5).
 */
export function compileUnitProperties(
  writes: readonly CgroupWrite[],
  periodUs: number = DEFAULT_PERIOD_US,
): UnitProperties {
  const properties = new Map<string, BusVariant>();
  for (const { file, value, orElse } of writes) {
    if (file === 'cpu.max') addQuota(properties, value, periodUs);
    addNumber(properties, LIMITS[file], value);
    addList(properties, LISTS[file], value);
    // The one without a device is for all.
    const weight = [orElse, { file, value }].find((each) => each?.file === 'io.weight')?.value ?? '';
    if (/^(default )?\d+$/.test(weight)) addNumber(properties, 'IOWeight', weight.replace('default ', ''));
  }
  return properties;
}

function addNumber(properties: Map<string, BusVariant>, name: string | undefined, text: string): void {
  if (name === undefined || !/^(max|\d+)$/.test(text)) return;
  properties.set(name, number64(text === 'max' ? UNLIMITED : BigInt(text)));
}

function addQuota(properties: Map<string, BusVariant>, value: string, ownPeriodUs: number): void {
  const [quota = '', period] = value.split(' ');
  const periodUs = Number(period ?? ownPeriodUs);
  const perSecond = Math.ceil((Number(quota) * 1_000_000) / periodUs / PERCENT_US) * PERCENT_US;
  properties.set('CPUQuotaPerSecUSec', number64(quota === 'max' ? UNLIMITED : BigInt(perSecond)));
  if (period !== undefined) properties.set('CPUQuotaPeriodUSec', number64(BigInt(period)));
}

/** A bit for each number, the lowest first. */
function addList(properties: Map<string, BusVariant>, name: string | undefined, text: string): void {
  const numbers = name === undefined ? undefined : parseNumberList(text);
  if (name === undefined || numbers === undefined) return;
  const bytes: number[] = new Array(Math.floor(Math.max(...numbers) / 8) + 1).fill(0);
  for (const each of numbers) bytes[Math.floor(each / 8)]! |= 1 << (each % 8);
  properties.set(name, { signature: 'ay', value: bytes });
}

function number64(value: bigint): BusVariant {
  return { signature: 't', value };
}

/** The values of an argument of type `a(sv)`. */
export function listProperties(properties: UnitProperties): BusValue[] {
  return [...properties].map(([name, variant]) => [name, variant]);
}
