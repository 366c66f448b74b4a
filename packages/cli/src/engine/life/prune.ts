import { isRuntimeError } from '@mini/contracts';
import { removeContainer } from '../end-container.js';
import { type Engine, openEngine } from '../engine.js';
import { type ContainerFilter, filterContainers } from './filter-containers.js';
import { selectContainers } from './list-containers.js';
import { measureTreeBytes } from './sizes.js';

/** What was removed. */
export interface PruneResult {
  readonly ids: readonly string[];
  readonly reclaimedBytes: number;
}

export interface PruneRequest {
  /** `label` and others of `ps`. */
  readonly filters?: readonly ContainerFilter[];
  /** Only those that were made before this time, in milliseconds of the Unix clock. */
  readonly untilMs?: number;
}

/** Removes all containers that do not run. One that another process removes or starts meanwhile is passed over. */
export async function pruneContainers(
  { filters = [], untilMs = Number.POSITIVE_INFINITY }: PruneRequest = {},
  engine: Engine = openEngine(),
): Promise<PruneResult> {
  const ids: string[] = [];
  let reclaimedBytes = 0;
  const all = selectContainers({ all: true }, engine);
  for (const { container, status } of filterContainers(all, filters)) {
    const { id, directory, record } = container;
    if ((status !== 'exited' && status !== 'created') || record.createdMs >= untilMs) continue;
    const bytes = measureTreeBytes(directory) + measureTreeBytes(record.extraDirectory ?? '');
    try {
      await removeContainer(id, {}, engine);
      ids.push(id);
      reclaimedBytes += bytes;
    } catch (error) {
      const isOther = isRuntimeError(error) && /^(state-missing|container-running)$/.test(error.code);
      if (!isOther) throw error;
    }
  }
  return { ids, reclaimedBytes };
}
