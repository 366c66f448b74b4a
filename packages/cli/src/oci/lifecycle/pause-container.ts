import { type Cgroup, openCgroup } from '@mini/cgroup-manager';
import { cgroupLayout } from '../cgroup-layout.js';
import { ociError } from '../oci-error.js';
import type { ContainerRecord } from '../state/container-record.js';
import type { Container } from '../state/find-container.js';

/** Stops all processes of a container and returns when they stand still. */
export function pauseContainer({ record, status }: Container): void {
  if (status !== 'running' && status !== 'created') {
    throw ociError(
      'container-not-running',
      `failed to pause container "${record.id}": container not running`,
    );
  }
  groupOf(record, 'pause').freeze();
}

/** Lets the processes of a paused container go on. */
export function resumeContainer({ record, status }: Container): void {
  if (status !== 'paused') {
    throw ociError('container-status', `failed to resume container "${record.id}": container not paused`);
  }
  groupOf(record, 'resume').thaw();
}

/** The container's cgroup, which is there as long as the container is. Throws `RuntimeError` `container-status`. */
export function groupOf({ id, cgroup }: ContainerRecord, verb: string): Cgroup {
  const group = cgroup === undefined ? undefined : openCgroup(cgroupLayout(), cgroup);
  if (group !== undefined) return group;
  const reason = cgroup === undefined ? 'it has no cgroup' : `its cgroup "${cgroup}" is gone`;
  throw ociError('container-status', `failed to ${verb} container "${id}": ${reason}`);
}
