import { type IdMapping, type MonitorStep, RuntimeError } from '@mini/contracts';
import { compileIdMaps, writeIdMaps } from '@mini/runtime-core';
import { mapWithin } from '@mini/runtime-core/subordinate-ids';
import type { ContainerRecord } from '../container-record.js';
import type { Engine } from '../engine.js';
import { findOwnMaps } from './find-own-maps.js';

/** The user namespace of an ordinary user's monitor. */
export interface MonitorNamespace {
  /** Writes its id maps, as the parent of the monitor. */
  writeMaps(pid: number): void | Promise<void>;
  /** It is the container's too, which has just the same ids; else that is made in it. */
  readonly isShared: boolean;
  /** How the monitor, root there, writes the maps of the container, at each start. */
  readonly mapSteps: readonly MonitorStep[];
}

/**
 * Holds all ids that the user has: so a monitor can write the maps of a container, start it again and remove what its users
 * have made, with nobody there to be asked. Throws `RuntimeError` `ids-lost` when the container was made with others.
 */
export function openMonitorNamespace(
  engine: Engine,
  { name, record }: { readonly name: string; readonly record: Pick<ContainerRecord, 'spec'> },
): MonitorNamespace {
  const { uidMappings: uids, gidMappings: gids, lack } = findOwnMaps(engine);
  const { uidMappings = [], gidMappings = [] } = record.spec.linux;
  const [innerUids, innerGids] = [mapWithin(uidMappings, uids), mapWithin(gidMappings, gids)];
  if (innerUids === undefined || innerGids === undefined) {
    throw new RuntimeError({
      code: 'ids-lost',
      message: `failed to start container "${name}": it was made with ids that its user no longer has${lack === undefined ? '' : ` (${lack.reason})`}`,
      context: lack === undefined ? {} : { hint: lack.hint },
    });
  }
  const isShared = isSame(uidMappings, uids) && isSame(gidMappings, gids);
  return {
    isShared,
    writeMaps: (pid) => writeMonitorMaps(engine, pid, uids, gids),
    mapSteps: isShared ? [] : compileIdMaps(innerUids, innerGids, true),
  };
}

function isSame(some: readonly IdMapping[], others: readonly IdMapping[]): boolean {
  const lines = ({ containerID, hostID, size }: IdMapping) => `${containerID} ${hostID} ${size}`;
  return some.map(lines).join() === others.map(lines).join();
}

/** Root of a namespace hands on the ids of that. */
function writeMonitorMaps(
  { kernel, caller, namespace }: Engine,
  pid: number,
  uids: readonly IdMapping[],
  gids: readonly IdMapping[],
): void | Promise<void> {
  if (namespace === undefined) return writeIdMaps(kernel, pid, uids, gids, caller);
  const same = (mappings: readonly IdMapping[]) =>
    mappings.map(({ containerID, size }) => ({ containerID, hostID: containerID, size }));
  return writeIdMaps(kernel, pid, same(uids), same(gids), { uid: 0, gid: 0 });
}
