import { closeSync } from 'node:fs';
import type { Kernel } from '@mini/contracts';
import { isAlive, type ProcessIdentity } from '@mini/state-store';
import { readStatus } from './container-state.js';
import type { Engine } from './engine.js';

/**
 * Waits until a container has ended for good: for its monitor, which may start it again and notes how it ended; without
 * one for its first process. `false` when the time was over first; a negative time is for ever. Rejects with the reason
 * of `signal` when that is aborted.
 */
export async function waitForEnd(
  engine: Engine,
  directory: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const status = readStatus(directory);
  if (status === undefined) return true;
  const { pid, startTime, endedMs } = status;
  const endsAtMs = Date.now() + timeoutMs;
  if (!(await waitForMonitor(engine, directory, timeoutMs, signal))) return false;
  if (endedMs !== 0) return true;
  const leftMs = timeoutMs < 0 ? -1 : Math.max(0, endsAtMs - Date.now());
  return waitForProcess(engine, { pid, startTime }, leftMs, signal);
}

/** Waits for the monitor alone; what it starts again may run on when the time is over. */
export function waitForMonitor(
  engine: Engine,
  directory: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const status = readStatus(directory);
  if (status === undefined) return Promise.resolve(true);
  const { monitorPid, monitorStartTime } = status;
  return waitForProcess(engine, { pid: monitorPid, startTime: monitorStartTime }, timeoutMs, signal);
}

async function waitForProcess(
  { kernel }: Engine,
  process: ProcessIdentity,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const pidfd = openPidfd(kernel, process.pid);
  if (pidfd === undefined) return true;
  try {
    return !isAlive(process) || (await waitReadable(kernel, pidfd, timeoutMs, signal));
  } finally {
    closeSync(pidfd);
  }
}

/** `undefined` for a process that is gone. */
export function openPidfd(kernel: Kernel, pid: number): number | undefined {
  try {
    return kernel.openPidfd(pid);
  } catch {
    return undefined;
  }
}

function waitReadable(
  kernel: Kernel,
  fd: number,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      unwatch();
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      settle();
    };
    const abort = () => finish(() => reject(signal?.reason));
    const timer = timeoutMs < 0 ? undefined : setTimeout(() => finish(() => resolve(false)), timeoutMs);
    const unwatch = kernel.watch(fd, () => finish(() => resolve(true)));
    signal?.addEventListener('abort', abort, { once: true });
  });
}
