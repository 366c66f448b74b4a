import { setTimeout as sleep } from 'node:timers/promises';
import { type LockKernel, type RecordLock, tryLockFile } from '@mini/state-store';

const PAUSE_MS = 20;

/**
 * Waits, without holding up this process, until `path` is locked or `isSettled` says that it need not be any more: then
 * `undefined`. Others may hold it for as long as a download takes. Rejects with the reason of the signal.
 */
export async function waitForLock(
  kernel: LockKernel,
  path: string,
  mode: 'shared' | 'exclusive',
  isSettled: () => boolean,
  signal?: AbortSignal,
): Promise<RecordLock | undefined> {
  for (;;) {
    signal?.throwIfAborted();
    if (isSettled()) return undefined;
    const lock = tryLockFile(kernel, path, mode);
    if (lock !== undefined) return lock;
    await sleep(PAUSE_MS);
  }
}
