import { closeSync, constants as fsConstants, openSync, readSync } from 'node:fs';
import { constants } from 'node:os';
import { decodeMonitorStatus, type HealthState, type MonitorStatus } from '@mini/contracts';
import { decodeWaitStatus } from '@mini/runtime-core';
import { isAlive } from '@mini/state-store';
import { isOfThisBoot } from './boot-mark.js';

/** How a container fares. Derived each time: from its monitor's status and from what the kernel says of those processes. */
export type ContainerState =
  /** Its command was never run. */
  | { readonly status: 'created' }
  | RunningState
  | (EndedState & {
      /** It has ended, and its monitor is about to start it again. */
      readonly status: 'restarting';
      readonly monitorPid: number;
    })
  | (EndedState & { readonly status: 'exited' });

export interface RunningState {
  readonly status: 'running';
  readonly pid: number;
  readonly startedMs: number;
  /** How often its monitor has started it again. */
  readonly restartCount: number;
  readonly health: HealthState;
  /** Failed looks at its health since the last good one. */
  readonly failingStreak: number;
  /** Absent when the monitor is gone: the container runs on, its output goes nowhere. */
  readonly monitorPid?: number;
}

interface EndedState {
  readonly startedMs: number;
  readonly restartCount: number;
  readonly health: HealthState;
  readonly failingStreak: number;
  /** `undefined` when nobody saw the end. */
  readonly exit?: ContainerExit;
}

export interface ContainerExit {
  /** 0 to 255; 128 + n for a signal. */
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | null;
  readonly oomKilled: boolean;
  /** In milliseconds of the Unix clock. */
  readonly endedMs: number;
}

/** Reads how the container in this directory fares. */
export function readContainerState(directory: string): ContainerState {
  return deriveState(directory, readStatus(directory));
}

/** How the container in this directory fares whose monitor has left this status. */
export function deriveState(directory: string, status: MonitorStatus | undefined): ContainerState {
  if (status === undefined) return { status: 'created' };
  const { pid, startTime, monitorPid, monitorStartTime, endedMs } = status;
  const { startedMs, restartCount, health, failingStreak } = status;
  const common = { startedMs, restartCount, health, failingStreak };
  // Most of a long list: nothing else has to be asked.
  if (endedMs !== 0 && !status.restarting) return { status: 'exited', ...common, exit: exitOf(status) };
  // With another start of the machine all processes went; what has such a number now is somebody else's.
  const isOfNow = isOfThisBoot(directory);
  const monitorLives = isOfNow && isAlive({ pid: monitorPid, startTime: monitorStartTime });
  if (endedMs !== 0) {
    const ended = { ...common, exit: exitOf(status) };
    return monitorLives ? { status: 'restarting', ...ended, monitorPid } : { status: 'exited', ...ended };
  }
  // Between the end of the container and the monitor's note of it, the monitor alone can tell how it ended.
  const lives = isOfNow && (monitorLives || isAlive({ pid, startTime }));
  if (!lives) return { status: 'exited', ...common };
  return { status: 'running', pid, ...common, ...(monitorLives ? { monitorPid } : {}) };
}

function exitOf({ waitStatus, oomKilled, endedMs }: MonitorStatus): ContainerExit {
  const { exitCode, signal } = decodeWaitStatus(waitStatus);
  return {
    exitCode: exitCode ?? 128 + constants.signals[signal ?? 'SIGKILL'],
    signal,
    oomKilled,
    endedMs,
  };
}

/** In the container's directory. */
export const STATUS_FILE = 'status';
/** More than any status has. */
export const MOST_STATUS_BYTES = 4096;

/** A status that cannot be read is none: whatever ran is found by its cgroup. */
export function readStatus(directory: string): MonitorStatus | undefined {
  try {
    return decodeStatus(readSmallFile(`${directory}/${STATUS_FILE}`));
  } catch {
    return undefined;
  }
}

/** `undefined` for what is none. */
export function decodeStatus(bytes: Uint8Array): MonitorStatus | undefined {
  try {
    return decodeMonitorStatus(bytes);
  } catch {
    return undefined;
  }
}

const buffer = Buffer.allocUnsafe(MOST_STATUS_BYTES);

/** Three calls, where `readFileSync` makes five: whoever waits reads it often. Valid until the next call. */
function readSmallFile(path: string): Uint8Array {
  const fd = openSync(path, fsConstants.O_RDONLY | fsConstants.O_NONBLOCK);
  try {
    return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, 0));
  } finally {
    closeSync(fd);
  }
}
