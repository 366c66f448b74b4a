import { type Resources, reasonOf } from '@mini/contracts';
import { parseSizeOrUnlimited } from '../commands/parse/number.js';
import { type Flag, valued } from './command-line/flag.js';
import type { Given } from './command-line/read-flags.js';
import { usageError } from './oci-error.js';

/** The limits that `update` takes one by one. */
export const RESOURCE_FLAGS: readonly Flag[] = [
  valued('blkio-weight', 'N', 'weight of block IO, 10 to 1000'),
  valued('cpu-period', 'US', 'period of the CPU quota in microseconds'),
  valued('cpu-quota', 'US', 'CPU time in each period in microseconds; -1 is unlimited'),
  valued('cpu-burst', 'US', 'CPU time that may be saved up in microseconds'),
  valued('cpu-share', 'N', 'weight of CPU time, 2 to 262144'),
  valued('cpu-rt-period', 'US', 'period of the realtime quota in microseconds'),
  valued('cpu-rt-runtime', 'US', 'realtime CPU time in each period in microseconds'),
  valued('cpu-idle', '0|1', 'run only when nobody else does'),
  valued('cpuset-cpus', 'LIST', 'CPUs, such as 0-2,5'),
  valued('cpuset-mems', 'LIST', 'memory nodes'),
  valued('memory', 'BYTES', 'memory; -1 is unlimited'),
  valued('memory-reservation', 'BYTES', 'memory that is kept for the container'),
  valued('memory-swap', 'BYTES', 'memory and swap together; -1 is unlimited'),
  valued('kernel-memory', 'BYTES', 'without meaning: the kernel has no such limit any more'),
  valued('kernel-memory-tcp', 'BYTES', 'buffers of TCP, on cgroup v1 alone; -1 is unlimited'),
  valued('pids-limit', 'N', 'number of processes and threads; -1 is unlimited'),
  valued('l3-cache-schema', 'TEXT', 'Intel RDT, which is not supported'),
  valued('mem-bw-schema', 'TEXT', 'Intel RDT, which is not supported'),
];

/** The flags as the Spec has them. Throws `RuntimeError` `usage`. */
export function readResourceFlags(given: Given): Resources {
  for (const flag of ['l3-cache-schema', 'mem-bw-schema']) {
    if (given.get(flag) !== undefined) throw usageError(`--${flag} needs Intel RDT, which is not supported`);
  }
  const number = (flag: string) => readNumber(flag, given.get(flag));
  const bytes = (flag: string) => readBytes(flag, given.get(flag));
  const pids = number('pids-limit');
  return defined({
    memory: defined({
      limit: bytes('memory'),
      reservation: bytes('memory-reservation'),
      swap: bytes('memory-swap'),
      kernel: bytes('kernel-memory'),
      kernelTCP: bytes('kernel-memory-tcp'),
    }),
    cpu: defined({
      shares: number('cpu-share'),
      quota: number('cpu-quota'),
      period: number('cpu-period'),
      burst: number('cpu-burst'),
      realtimePeriod: number('cpu-rt-period'),
      realtimeRuntime: number('cpu-rt-runtime'),
      idle: number('cpu-idle'),
      cpus: given.get('cpuset-cpus'),
      mems: given.get('cpuset-mems'),
    }),
    pids: pids === undefined ? undefined : { limit: pids },
    blockIO: defined({ weight: number('blkio-weight') }),
  });
}

function readNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (!/^-?\d{1,16}$/.test(text)) throw usageError(`invalid value "${text}" for flag --${flag}`);
  return Number(text);
}

function readBytes(flag: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    return parseSizeOrUnlimited(text);
  } catch (error) {
    throw usageError(`invalid value "${text}" for flag --${flag}: ${reasonOf(error)}`);
  }
}

/** The members that are there. */
function defined<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}
