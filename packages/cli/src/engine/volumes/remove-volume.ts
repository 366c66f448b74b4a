import { isRuntimeError } from '@mini/contracts';
import { type Engine, openEngine } from '../engine.js';
import { noSuchVolume } from './volume-errors.js';
import { recordVolumeEvent } from './volume-events.js';
import {
  checkVolumeName,
  discardVolume,
  hasVolume,
  lockVolume,
  readVolume,
  type Volume,
} from './volume-store.js';
import { assertUnused, listVolumeUsers } from './volume-users.js';

const LOCK_TIMEOUT_MS = 10_000;

/**
 * Removes a volume with all that is in it. Rejects with `RuntimeError`: `volume-in-use` while a container has it, whether
 * that runs or not; `volume-locked`; `no-such-volume`, unless `force` is set.
 */
export async function removeVolume(
  name: string,
  { force = false }: { readonly force?: boolean } = {},
  engine: Engine = openEngine(),
): Promise<void> {
  if (!force) checkVolumeName(name);
  const lock = hasVolume(engine, name) ? await lockVolume(engine, name, LOCK_TIMEOUT_MS) : undefined;
  if (lock === undefined) {
    if (force) return;
    throw noSuchVolume(name);
  }
  try {
    // With the lock held: nobody begins to use it meanwhile.
    assertUnused(listVolumeUsers(engine), name);
    const volume = readIfPossible(engine, name);
    discardVolume(engine, name);
    recordVolumeEvent(engine, volume, 'destroy');
  } finally {
    lock.release();
  }
}

/** One whose record cannot be believed goes all the same. */
function readIfPossible(engine: Engine, name: string): Pick<Volume, 'name' | 'labels'> {
  try {
    return readVolume(engine, name);
  } catch (error) {
    if (isRuntimeError(error)) return { name, labels: {} };
    throw error;
  }
}
