import { type IdMapping, type MonitorStep, RuntimeError } from '@mini/contracts';
import { compileIdMaps, writeIdMaps } from '@mini/runtime-core';
import { findUserMaps, mapWithin } from '@mini/runtime-core/subordinate-ids';
import type { ContainerRecord } from '../container-record.js';
import type { Engine } from '../engine.js';

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
  { kernel, caller }: Engine,
  { name, record }: { readonly name: string; readonly record: Pick<ContainerRecord, 'spec'> },
): MonitorNamespace {
  const { uidMappings: uids, gidMappings: gids, lack } = findUserMaps(kernel, caller);
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
    writeMaps: (pid) => writeIdMaps(kernel, pid, uids, gids, caller),
    mapSteps: isShared ? [] : compileIdMaps(innerUids, innerGids, true),
  };
}

function isSame(some: readonly IdMapping[], others: readonly IdMapping[]): boolean {
  const lines = ({ containerID, hostID, size }: IdMapping) => `${containerID} ${hostID} ${size}`;
  return some.map(lines).join() === others.map(lines).join();
}
