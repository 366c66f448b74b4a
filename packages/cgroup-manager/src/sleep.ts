import { sleepSync } from '@mini/contracts';

/**
 * Calls `isDone` at once and then ever more rarely (0.1 to 20 ms apart) until it says yes; `false` when `timeoutMs`
 * have passed before.
 */
export function pollUntil(isDone: () => boolean, timeoutMs: number): boolean {
  const deadline = nowMs() + timeoutMs;
  for (let pauseMs = 0.1; !isDone(); pauseMs = Math.min(pauseMs * 2, 20)) {
    if (nowMs() >= deadline) return false;
    sleepSync(pauseMs);
  }
  return true;
}

/** The monotonic clock; `performance` would load a module of its own. */
function nowMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}
