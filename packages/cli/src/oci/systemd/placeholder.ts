import { closeSync, openSync } from 'node:fs';
import type { Kernel, Plan } from '@mini/contracts';
import { BARRIER, NO_CGROUP, startProcess } from '@mini/runtime-core';

/** How long what was killed may take to be gone. */
const END_TIMEOUT_MS = 10_000;

/** It never gets past its barrier; every Plan ends with a command, and this one would find none. */
const PLAN: Plan = {
  steps: [
    { op: 'barrier', id: BARRIER.placeholder, origin: 'linux.cgroupsPath' },
    { op: 'find_exec', file: '', search: [], origin: 'linux.cgroupsPath' },
    { op: 'exec', argv: [''], env: [], origin: 'linux.cgroupsPath' },
  ],
};

/** A process that does nothing. */
export interface Placeholder {
  readonly pid: number;
  /** Returns when it has ended; once is enough. */
  end(): void;
}

/**
 * Starts a process that stands in for a container's until that is born: systemd makes no scope without one. It ends with us
 * at the latest, for it waits for our word.
 */
export function startPlaceholder(kernel: Kernel): Placeholder {
  const nullFd = openSync('/dev/null', 'r+');
  try {
    const process = startProcess(kernel, {
      plan: PLAN,
      cloneFlags: 0,
      stdio: [nullFd, nullFd, nullFd],
      cgroup: NO_CGROUP,
      passFds: [],
      onBarrier: () => new Promise<void>(() => undefined),
    });
    // It fails when it is ended, which is its purpose.
    process.started.catch(() => undefined);
    return {
      pid: process.pid,
      end() {
        if (!process.sendSignal(9)) return;
        kernel.pollReadable(process.pidfd, END_TIMEOUT_MS);
      },
    };
  } finally {
    closeSync(nullFd);
  }
}
