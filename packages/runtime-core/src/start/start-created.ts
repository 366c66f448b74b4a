import { closeSync } from 'node:fs';
import type { Kernel, Plan } from '@mini/contracts';
import { openControlChannel } from './control-channel.js';
import { silentEndError, startError } from './start-error.js';

/**
 * Starts a process that waits in its Plan at `wait_start`. `fd` is our connection to its socket, which is closed here.
 * Resolves once the command has been executed; rejects with the sentence for the step that failed. `plan` is asked for
 * only then. A process that is killed meanwhile counts as started: it cannot be told from one that ran and ended.
 */
export function startCreated(kernel: Kernel, fd: number, plan: () => Plan): Promise<void> {
  return new Promise((resolve, reject) => {
    const channel = openControlChannel(kernel, fd, {
      onMessage(message, fds) {
        fds.forEach(closeSync);
        channel.close();
        reject(message.kind === 'failed' ? startError(plan(), message) : silentEndError(plan()));
      },
      onEnd: resolve,
    });
    channel.go();
  });
}
