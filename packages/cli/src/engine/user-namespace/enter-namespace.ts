import { findUserMaps } from '@mini/runtime-core/subordinate-ids';
import type { ContainerRecord } from '../container-record.js';
import { readStatus } from '../container-state.js';
import { type Container, findContainer } from '../containers.js';
import { type Engine, isPrivileged } from '../engine.js';

/** Where a piece of work is to be done: within a process's user namespace, or a new one. */
export interface NamespacePlace {
  readonly pid?: number;
}

/** Whether this process is one to enter a namespace: an ordinary user's, and not in one already. */
export function mayEnter(engine: Engine): boolean {
  return !isPrivileged(engine) && engine.namespace === undefined;
}

/** Where images are unpacked and thrown away, whose files have the user's subordinate ids; `undefined`: here. */
export function placeForImages(engine: Engine): NamespacePlace | undefined {
  if (!mayEnter(engine) || findUserMaps(engine.kernel, engine.caller).lack !== undefined) return undefined;
  return {};
}

/**
 * Where the files of a container are read and written: in the namespace of one that runs, when it has more ids than the one,
 * and for any other in a new one, for its root has to be mounted. `undefined`: here. A container that cannot be found is
 * nobody's: then too.
 */
export function placeForFiles(engine: Engine, reference: string): NamespacePlace | undefined {
  if (!mayEnter(engine)) return undefined;
  const container = findOrNothing(engine, reference);
  if (container === undefined) return undefined;
  const { record, state, directory } = container;
  if (state.status !== 'running') return needsMount(record) || hasSeveralIds(record) ? {} : undefined;
  if (!hasSeveralIds(record)) return undefined;
  // Its monitor's: root there is the user, whatever ids the container has.
  const monitor = readStatus(directory);
  return { pid: isThere(monitor?.monitorPid) ? monitor!.monitorPid : state.pid };
}

function findOrNothing(engine: Engine, reference: string): Container | undefined {
  try {
    return findContainer(reference, engine);
  } catch {
    return undefined;
  }
}

function needsMount({ root }: ContainerRecord): boolean {
  return root.kind === 'layers' || (root.kind === 'directory' && root.overlay);
}

function hasSeveralIds({ spec }: ContainerRecord): boolean {
  const { uidMappings = [] } = spec.linux;
  return uidMappings.reduce((sum, { size }) => sum + size, 0) > 1;
}

function isThere(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}
