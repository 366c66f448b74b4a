import { isRuntimeError } from '@mini/contracts';
import type { UsedVolume } from '../container-record.js';
import type { Engine } from '../engine.js';
import { removeVolume } from './remove-volume.js';

/** Removes the volumes without a name of a container that is gone; one that another has by now stays, as in docker. */
export async function removeAnonymousVolumes(engine: Engine, used: readonly UsedVolume[]): Promise<void> {
  for (const { name, isAnonymous } of used) {
    if (!isAnonymous) continue;
    try {
      await removeVolume(name, { force: true }, engine);
    } catch (error) {
      if (!isRuntimeError(error) || error.code !== 'volume-in-use') throw error;
    }
  }
}
