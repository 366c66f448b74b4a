import { closeSync } from 'node:fs';
import type { Kernel, Plan } from '@mini/contracts';
import { openControlChannel } from './control-channel.js';
import { silentEndError, startError } from './start-error.js';

export interface CreatedRequest {
  /** What the process was created by; asked for only when something fails. */
  readonly plan: () => Plan;
  /** The listener of the seccomp filter, before the command runs; closed afterwards. What it throws ends the start, and the process. */
  readonly onListener?: (listenerFd: number) => void;
}

/**
 * Starts a process that waits in its Plan at `wait_start`. `fd` is our connection to its socket, which is closed here.
 * Resolves once the command has been executed; rejects with the sentence for the step that failed. A process that is
 * killed meanwhile counts as started: it cannot be told from one that ran and ended.
 */
export function startCreated(
  kernel: Kernel,
  fd: number,
  { plan, onListener }: CreatedRequest,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      channel.close();
      reject(error);
    };
    const channel = openControlChannel(kernel, fd, {
      onMessage(message, fds) {
        try {
          if (message.kind === 'failed') return fail(startError(plan(), message));
          if (message.kind !== 'seccompListener' || onListener === undefined)
            return fail(silentEndError(plan()));
          onListener(fds[0]!);
          channel.go();
        } catch (error) {
          fail(error);
        } finally {
          fds.forEach(closeSync);
        }
      },
      onEnd: resolve,
    });
    channel.go();
  });
}
