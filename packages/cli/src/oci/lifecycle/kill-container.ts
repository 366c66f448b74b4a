import { closeSync } from 'node:fs';
import { openCgroup } from '@mini/cgroup-manager';
import { isRuntimeError, type Kernel } from '@mini/contracts';
import { readProcessStartTime } from '@mini/state-store';
import { cgroupLayout } from '../cgroup-layout.js';
import type { ContainerRecord } from '../state/container-record.js';

/**
 * Sends a signal to a container's first process; `false` when it has ended. The pidfd is opened first and the start time
 * compared then: no other process that got its number is struck.
 */
export function signalContainer(kernel: Kernel, { process }: ContainerRecord, signal: number): boolean {
  if (process === undefined) return false;
  const pidfd = openPidfd(kernel, process.pid);
  if (pidfd === undefined) return false;
  try {
    return readProcessStartTime(process.pid) === process.startTime && kernel.sendSignal(pidfd, signal);
  } finally {
    closeSync(pidfd);
  }
}

function openPidfd(kernel: Kernel, pid: number): number | undefined {
  try {
    return kernel.openPidfd(pid);
  } catch (error) {
    if (isRuntimeError(error) && error.context.syscall === 'pidfd_open') return undefined;
    throw error;
  }
}

/** Sends a signal to all processes in the container's cgroup; without one, to the first: with its end all end. */
export function signalAll(kernel: Kernel, record: ContainerRecord, signal: number): void {
  if (record.cgroup === undefined) signalContainer(kernel, record, signal);
  else openCgroup(cgroupLayout(), record.cgroup)?.kill(signal);
}

/** A frozen process of cgroup v1 dies only when it is let go. */
export function thaw({ cgroup }: ContainerRecord): void {
  if (cgroup !== undefined) openCgroup(cgroupLayout(), cgroup)?.thaw();
}
