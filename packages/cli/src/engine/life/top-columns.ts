import type { ContainerProcess } from './processes.js';

/** What columns need beside a process. */
export interface TopFacts {
  readonly nowMs: number;
  /** When the machine was started. */
  readonly bootedMs: number;
  readonly memoryBytes: number;
  readonly users: ReadonlyMap<number, string>;
}

type Column = readonly [title: string, show: (process: ContainerProcess, facts: TopFacts) => string];

const showArgs = ({ args, command }: ContainerProcess) =>
  args.length === 0 ? `[${command}]` : args.join(' ');
const showUser = ({ uid }: ContainerProcess, { users }: TopFacts) => users.get(uid) ?? String(uid);
const kibibytes = (bytes: number) => String(Math.round(bytes / 1024));

/** Columns by the names of ps(1); `cpid` is ours: the pid in the container. */
export const TOP_COLUMNS: Readonly<Record<string, Column>> = {
  user: ['USER', showUser],
  uid: ['UID', ({ uid }) => String(uid)],
  pid: ['PID', ({ pid }) => String(pid)],
  cpid: ['CPID', ({ containerPid }) => String(containerPid)],
  ppid: ['PPID', ({ parentPid }) => String(parentPid)],
  c: ['C', (process, facts) => String(Math.floor(cpuPercent(process, facts)))],
  '%cpu': ['%CPU', (process, facts) => cpuPercent(process, facts).toFixed(1)],
  pcpu: ['%CPU', (process, facts) => cpuPercent(process, facts).toFixed(1)],
  '%mem': ['%MEM', ({ residentBytes }, { memoryBytes }) => ((100 * residentBytes) / memoryBytes).toFixed(1)],
  pmem: ['%MEM', ({ residentBytes }, { memoryBytes }) => ((100 * residentBytes) / memoryBytes).toFixed(1)],
  vsz: ['VSZ', ({ virtualBytes }) => kibibytes(virtualBytes)],
  rss: ['RSS', ({ residentBytes }) => kibibytes(residentBytes)],
  tty: ['TTY', ({ terminal }) => terminal],
  stat: ['STAT', ({ state }) => state],
  state: ['S', ({ state }) => state],
  stime: ['STIME', showStart],
  etime: ['ELAPSED', (process, facts) => showElapsed(ageMs(process, facts))],
  time: ['TIME', ({ cpuMs }) => showClock(cpuMs)],
  bsdtime: ['TIME', ({ cpuMs }) => `${Math.floor(cpuMs / 60_000)}:${splitTime(cpuMs).seconds}`],
  comm: ['COMMAND', ({ command }) => command],
  cmd: ['CMD', showArgs],
  args: ['COMMAND', showArgs],
};

function ageMs({ startedAfterBootMs }: ContainerProcess, { nowMs, bootedMs }: TopFacts): number {
  return Math.max(0, nowMs - bootedMs - startedAfterBootMs);
}

/** Over its whole life, as ps(1) has it. */
function cpuPercent(process: ContainerProcess, facts: TopFacts): number {
  const age = ageMs(process, facts);
  return age === 0 ? 0 : (100 * process.cpuMs) / age;
}

/** The time of day, the day, or the year: what tells most. */
function showStart({ startedAfterBootMs }: ContainerProcess, { bootedMs, nowMs }: TopFacts): string {
  const [start, now] = [new Date(bootedMs + startedAfterBootMs), new Date(nowMs)];
  const two = (number: number) => String(number).padStart(2, '0');
  if (start.toDateString() === now.toDateString())
    return `${two(start.getHours())}:${two(start.getMinutes())}`;
  if (start.getFullYear() !== now.getFullYear()) return String(start.getFullYear());
  return `${start.toDateString().slice(4, 7)}${two(start.getDate())}`;
}

function splitTime(timeMs: number): { hours: number; minutes: string; seconds: string } {
  const two = (number: number) => String(number % 60).padStart(2, '0');
  const seconds = Math.floor(timeMs / 1000);
  const minutes = Math.floor(seconds / 60);
  return { hours: Math.floor(minutes / 60), minutes: two(minutes), seconds: two(seconds) };
}

/** `HH:MM:SS`. */
function showClock(timeMs: number): string {
  const { hours, minutes, seconds } = splitTime(timeMs);
  return `${String(hours).padStart(2, '0')}:${minutes}:${seconds}`;
}

/** `MM:SS`, with hours when there are any. */
function showElapsed(timeMs: number): string {
  const { hours, minutes, seconds } = splitTime(timeMs);
  return hours === 0 ? `${minutes}:${seconds}` : showClock(timeMs);
}
