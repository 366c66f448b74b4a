import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isRuntimeError } from '@mini/contracts';
import { type Engine, openEngine } from '../engine.js';
import { filterVolumes, type VolumeFilter } from './filter-volumes.js';
import { volumeError } from './volume-errors.js';
import { recordVolumeEvent } from './volume-events.js';
import { discardVolume, listVolumeNames, readVolume, tryLockVolume, type Volume } from './volume-store.js';
import { listVolumeUsers } from './volume-users.js';

/** Which volumes are wanted. */
export interface VolumeSelection {
  /** `dangling`, `driver`, `label`, `name`. */
  readonly filters?: readonly VolumeFilter[];
  /** Told of each volume whose record cannot be read; it is left out. */
  readonly onProblem?: (name: string, error: Error) => void;
}

/** All volumes, by name. Throws `RuntimeError` `bad-filter`. */
export function listVolumes(
  { filters = [], onProblem }: VolumeSelection = {},
  engine: Engine = openEngine(),
): Volume[] {
  const volumes: Volume[] = [];
  for (const name of listVolumeNames(engine)) {
    try {
      const volume = readVolume(engine, name);
      if (!isLeftBehind(engine, volume)) volumes.push(volume);
    } catch (error) {
      if (!isRuntimeError(error)) throw error;
      if (error.code !== 'no-such-volume') onProblem?.(name, error);
    }
  }
  return filterVolumes(volumes, filters, () => listVolumeUsers(engine));
}

/** The container is gone, and whoever was to remove the volume with it was killed: that is done now. */
function isLeftBehind(engine: Engine, volume: Volume): boolean {
  const { goesWith } = volume;
  const containers = join(engine.paths.dataDirectory, 'containers');
  if (goesWith === undefined || existsSync(join(containers, goesWith))) return false;
  const lock = tryLockVolume(engine, volume.name);
  if (lock === undefined) return true;
  try {
    discardVolume(engine, volume.name);
    recordVolumeEvent(engine, volume, 'destroy');
  } finally {
    lock.release();
  }
  return true;
}

/** Throws `RuntimeError`: `no-such-volume`, `volume-corrupt`. */
export function findVolume(name: string, engine: Engine = openEngine()): Volume {
  if (name === '') throw volumeError('bad-volume', 'failed to find volume "": the name is empty');
  return readVolume(engine, name);
}
