import { openCgroup } from '@mini/cgroup-manager';
import { isAlive } from '@mini/state-store';
import { cgroupLayout } from '../cgroup-layout.js';
import { hasStartSocket } from './container-directory.js';
import type { ContainerRecord } from './container-record.js';

/** Source: OCI runtime-spec, runtime.md, "State"; `paused` is runc's. */
export type ContainerStatus = 'creating' | 'created' | 'running' | 'paused' | 'stopped';

/** Asked of the machine, not of a file: a process that has ended but was not waited for has stopped. */
export function readStatus(path: string, record: ContainerRecord): ContainerStatus {
  if (record.process === undefined) return 'creating';
  if (!isAlive(record.process)) return 'stopped';
  if (isPaused(record)) return 'paused';
  return hasStartSocket(path) ? 'created' : 'running';
}

export function isPaused({ cgroup }: ContainerRecord): boolean {
  if (cgroup === undefined) return false;
  try {
    return openCgroup(cgroupLayout(), cgroup)?.isFrozen() ?? false;
  } catch {
    return false; // no freezer on this machine, or the group is gone: nothing can be paused
  }
}
