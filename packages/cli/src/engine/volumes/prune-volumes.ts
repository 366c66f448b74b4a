import { isRuntimeError } from '@mini/contracts';
import { type Engine, openEngine } from '../engine.js';
import { measureTreeBytes } from '../life/sizes.js';
import type { VolumeFilter } from './filter-volumes.js';
import { listVolumes } from './list-volumes.js';
import { removeVolume } from './remove-volume.js';
import { listVolumeUsers } from './volume-users.js';

export interface PruneVolumesRequest {
  /** Also those that have names. */
  readonly all?: boolean;
  /** `label` and `label!`. */
  readonly filters?: readonly VolumeFilter[];
}

export interface PruneVolumesResult {
  readonly names: readonly string[];
  readonly reclaimedBytes: number;
}

/** Removes the volumes without a name that no container has. One that another process takes meanwhile is passed over. */
export async function pruneVolumes(
  { all = false, filters = [] }: PruneVolumesRequest = {},
  engine: Engine = openEngine(),
): Promise<PruneVolumesResult> {
  const users = listVolumeUsers(engine);
  const unused = listVolumes({ filters }, engine).filter(
    ({ name, isAnonymous }) => (all || isAnonymous) && users.of(name).length === 0,
  );
  const names: string[] = [];
  let reclaimedBytes = 0;
  for (const { name, mountpoint } of unused) {
    const bytes = measureTreeBytes(mountpoint);
    try {
      await removeVolume(name, {}, engine);
      names.push(name);
      reclaimedBytes += bytes;
    } catch (error) {
      const isTaken = isRuntimeError(error) && /^(no-such-volume|volume-locked)$/.test(error.code);
      const isUsed = isRuntimeError(error) && error.code === 'volume-in-use' && users.unknown.length === 0;
      if (!isTaken && !isUsed) throw error;
    }
  }
  return { names, reclaimedBytes };
}
