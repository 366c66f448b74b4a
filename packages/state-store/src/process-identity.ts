import { readFileSync } from 'node:fs';

/** One process among all that ever have its number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in clock ticks since the machine did: field 22 of /proc/PID/stat. */
  readonly startTime: number;
  /** The start of the machine that `startTime` counts from; without it, this one. */
  readonly bootId?: string;
}

interface ProcessStat {
  readonly hasEnded: boolean;
  readonly startTime: number;
}

/** Of the kernel's linux/sched.h. */
const PF_EXITING = 0x4;

function readStat(pid: number): ProcessStat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field is the command in parentheses, which may hold spaces and parentheses of its own.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const startTime = Number(fields[19]);
  return Number.isSafeInteger(startTime) ? { hasEnded: hasEnded(fields), startTime } : undefined;
}

/**
 * A zombie has; so has who is on the way there and has given its memory back. The first process of a PID namespace stays on
 * that way for as long as a parent outside does not wait for another one of the namespace. Source: proc_pid_stat(5).
 */
function hasEnded(fields: readonly string[]): boolean {
  const [state, flags, memoryBytes] = [fields[0], Number(fields[6]), fields[20]];
  return state === 'Z' || state === 'X' || ((flags & PF_EXITING) !== 0 && memoryBytes === '0');
}

/** Start time of a process, `undefined` when there is none of that number. Source: proc_pid_stat(5). */
export function readProcessStartTime(pid: number): number | undefined {
  return readStat(pid)?.startTime;
}

/** Whether that very process still runs. One that has ended and was not waited for yet does not. */
export function isAlive({ pid, startTime, bootId }: ProcessIdentity): boolean {
  const stat = readStat(pid);
  if (stat === undefined || stat.startTime !== startTime || stat.hasEnded) return false;
  return bootId === undefined || bootId === readBootId();
}

let bootIdOfNow: string | undefined;

/** A UUID that the kernel draws at each start. Source: proc_sys_kernel(5), random/boot_id. */
export function readBootId(): string {
  bootIdOfNow ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return bootIdOfNow;
}

let ownIdentity: Required<ProcessIdentity> | undefined;

/** The calling process. */
export function readOwnIdentity(): Required<ProcessIdentity> {
  if (ownIdentity?.pid === process.pid) return ownIdentity;
  const startTime = readProcessStartTime(process.pid);
  if (startTime === undefined) throw new Error('/proc does not show the calling process');
  ownIdentity = { pid: process.pid, startTime, bootId: readBootId() };
  return ownIdentity;
}
