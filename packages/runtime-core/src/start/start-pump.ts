import { closeSync, openSync } from 'node:fs';
import type { Kernel } from '@mini/contracts';
import { pumpHelperPath } from '@mini/monitor-helper';
import { withResolvers } from './with-resolvers.js';

/** How long a pump may take to give the terminal back before it is killed. */
const STOP_TIMEOUT_MS = 1000;
const SIGKILL = 9;

/** The small process that moves our stdin into a container, and keeps our terminal raw meanwhile. */
export interface Pump {
  /** Ends the pump; at return the terminal is as it was before. */
  stop(): void;
  /** Resolves when our terminal was hung up: nobody can type any more. Never rejects. */
  readonly hungUp: Promise<void>;
}

/** How a pump ends whose terminal is gone. */
const HANGUP_EXIT_CODE = 1;

/** Starts a pump from `stdinFd` to `sinkFd`, which is closed here: only the pump may hold it, or stdin would never end. */
export function startPump(kernel: Kernel, stdinFd: number, sinkFd: number): Pump {
  const [ours, theirs] = kernel.socketPair();
  const nullFd = openSync('/dev/null', 'w');
  try {
    const { pidfd } = kernel.launch(
      {
        cloneFlags: 0,
        helperFd: kernel.sealExecutable(pumpHelperPath()),
        stdinFd,
        stdoutFd: nullFd,
        stderrFd: nullFd,
        intoCgroupFd: -1,
        joinFds: [],
        passFds: [sinkFd, theirs],
      },
      'mini-pump',
    );
    return supervisePump(kernel, ours, pidfd);
  } finally {
    closeSync(nullFd);
    closeSync(theirs);
    closeSync(sinkFd);
  }
}

function supervisePump(kernel: Kernel, ours: number, pidfd: number): Pump {
  let isOver = false;
  const { promise: hungUp, resolve } = withResolvers<void>();
  const reap = () => {
    const status = isOver ? undefined : kernel.waitPidfd(pidfd);
    if (status === undefined) return;
    isOver = true;
    unwatch();
    closeSync(pidfd);
    if (status.exitCode === HANGUP_EXIT_CODE) resolve();
  };
  const unwatch = kernel.watch(pidfd, reap, { keepAlive: false });
  const stop = () => {
    closeSync(ours);
    if (!isOver && !kernel.pollReadable(pidfd, STOP_TIMEOUT_MS)) {
      kernel.sendSignal(pidfd, SIGKILL);
      kernel.pollReadable(pidfd, STOP_TIMEOUT_MS);
    }
    reap();
  };
  return { stop, hungUp };
}
