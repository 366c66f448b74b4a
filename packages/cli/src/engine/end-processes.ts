import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { isRuntimeError, sleepSync } from '@mini/contracts';
import { isAlive, type ProcessIdentity, readProcessStartTime } from '@mini/state-store';
import type { Engine } from './engine.js';

/** How long killed processes may take to be gone. */
const KILL_TIMEOUT_MS = 10_000;
const STEP_MS = 5;

/** Kills processes and waits for that. Strikes nobody else: the pidfd is opened first and the start time compared then. */
export function endProcesses({ kernel }: Engine, processes: readonly ProcessIdentity[]): void {
  for (const { pid, startTime } of processes.filter(isAlive)) {
    try {
      const pidfd = kernel.openPidfd(pid);
      if (readProcessStartTime(pid) === startTime) kernel.sendSignal(pidfd, constants.signals.SIGKILL);
      closeSync(pidfd);
    } catch (error) {
      if (!isRuntimeError(error) || error.context.errno !== constants.errno.ESRCH) throw error;
    }
  }
  for (let waitedMs = 0; waitedMs < KILL_TIMEOUT_MS && processes.some(isAlive); waitedMs += STEP_MS) {
    sleepSync(STEP_MS);
  }
}
