/** What /proc/PID/stat says. Source: proc_pid_stat(5). */
export interface ProcessStat {
  /** Name of the program, at most 15 bytes. */
  readonly command: string;
  /** `R`, `S`, `D`, `Z`, … */
  readonly state: string;
  readonly parentPid: number;
  /** `pts/0`, `tty1`, or `?` without one. */
  readonly terminal: string;
  readonly cpuMs: number;
  /** Since the machine was started. */
  readonly startedAfterBootMs: number;
  readonly virtualBytes: number;
  readonly residentBytes: number;
}

/** USER_HZ is 100 and a page 4 KiB on all architectures that we run on. */
const MS_PER_TICK = 10;
const PAGE_BYTES = 4096;
const PTS_MAJOR = 136;
const TTY_MAJOR = 4;

export function parseStat(text: string): ProcessStat {
  // The name stands in parentheses and may hold any character.
  const close = text.lastIndexOf(')');
  const fields = text.slice(close + 2).split(' ');
  const number = (index: number) => Number(fields[index] ?? 0);
  return {
    command: text.slice(text.indexOf('(') + 1, close),
    state: fields[0] ?? '?',
    parentPid: number(1),
    terminal: nameTerminal(number(4)),
    cpuMs: (number(11) + number(12)) * MS_PER_TICK,
    startedAfterBootMs: number(19) * MS_PER_TICK,
    virtualBytes: number(20),
    residentBytes: number(21) * PAGE_BYTES,
  };
}

/** A pid in the innermost namespace, from /proc/PID/status. */
export function parseNsPid(status: string): number | undefined {
  const pids = /^NSpid:\s+(.*)$/m.exec(status)?.[1]?.trim().split(/\s+/);
  return pids === undefined ? undefined : Number(pids.at(-1));
}

function nameTerminal(number: number): string {
  const major = (number >> 8) & 0xfff;
  const minor = (number & 0xff) | ((number >> 12) & 0xfff00);
  if (major >= PTS_MAJOR && major < PTS_MAJOR + 8) return `pts/${minor + (major - PTS_MAJOR) * 256}`;
  return major === TTY_MAJOR ? `tty${minor}` : '?';
}
