import { readdirSync, readFileSync } from 'node:fs';

/** Direct children of a process of this machine. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => readStatus(child).PPid === String(pid));
}

/** Children with this name (comm), which mini gives its helpers. */
export function childrenNamed(pid: number, name: string): number[] {
  return childrenOf(pid).filter((child) => readStatus(child).Name === name);
}

/** /proc/PID/status as a record; empty when there is no such process. */
export function readStatus(pid: number | 'self'): Record<string, string> {
  return parseStatus(readOrEmpty(`/proc/${pid}/status`));
}

/** The `Name:\tvalue` lines of a status file; see proc(5). */
export function parseStatus(text: string): Record<string, string> {
  const pairs = text.split('\n').map((line) => /^(\w+):\s*(.*)$/.exec(line));
  return Object.fromEntries(pairs.flatMap((match) => (match ? [[match[1], match[2]?.trim()]] : [])));
}

/** A process that has not ended; a zombie has. */
export function isAlive(pid: number): boolean {
  const state = readStatus(pid).State;
  return state !== undefined && !state.startsWith('Z') && !state.startsWith('X');
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
