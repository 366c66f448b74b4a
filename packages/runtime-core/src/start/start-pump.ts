import { closeSync, openSync } from 'node:fs';
import type { Kernel } from '@mini/contracts';
import { pumpHelperPath } from '@mini/monitor-helper';
import { withResolvers } from './with-resolvers.js';

/** How long a pump may take to give the terminal back before it is killed. */
const STOP_TIMEOUT_MS = 1000;
const SIGKILL = 9;

/** Why nobody types any more, though the container runs: the terminal was hung up, or the keys to detach were typed. */
export type PumpEnd = 'hung-up' | 'detached';

/** The small process that moves our stdin into a container, and keeps our terminal raw meanwhile. */
export interface Pump {
  /** Ends the pump; at return the terminal is as it was before. */
  stop(): void;
  /** Resolves when who types has left. Never rejects. */
  readonly left: Promise<PumpEnd>;
}

const ENDS: Readonly<Record<number, PumpEnd>> = { 1: 'hung-up', 2: 'detached' };

/**
 * Starts a pump from `stdinFd` to `sinkFd`, which is closed here: only the pump may hold it, or stdin would never end.
 * `detachKeys`, at most 64 bytes, let go of the container when they are typed on a terminal; none unless told.
 */
export function startPump(
  kernel: Kernel,
  stdinFd: number,
  sinkFd: number,
  detachKeys: Uint8Array = new Uint8Array(),
): Pump {
  const [ours, theirs] = kernel.socketPair();
  const nullFd = openSync('/dev/null', 'w');
  const keysFd = kernel.sealBytes('detach-keys', detachKeys);
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
        passFds: [sinkFd, theirs, keysFd],
      },
      'mini-pump',
    );
    return supervisePump(kernel, ours, pidfd);
  } finally {
    for (const fd of [nullFd, keysFd, theirs, sinkFd]) closeSync(fd);
  }
}

function supervisePump(kernel: Kernel, ours: number, pidfd: number): Pump {
  let isOver = false;
  const { promise: left, resolve } = withResolvers<PumpEnd>();
  const reap = () => {
    const status = isOver ? undefined : kernel.waitPidfd(pidfd);
    if (status === undefined) return;
    isOver = true;
    unwatch();
    closeSync(pidfd);
    const end = ENDS[status.exitCode ?? 0];
    if (end !== undefined) resolve(end);
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
  return { stop, left };
}
