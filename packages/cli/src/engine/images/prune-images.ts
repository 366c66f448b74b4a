import { type Engine, openEngine } from '../engine.js';
import { filterImages, type ImageFilter } from './filter-images.js';
import { listImageUsers } from './image-users.js';
import { listImages } from './list-images.js';
import { openImages } from './open-images.js';
import { type RemovalStep, unlistImage } from './remove-image.js';

export interface PruneImagesRequest {
  /** Also those that have names and no container is made of. */
  readonly all?: boolean;
  /** `label` and `until` of `images`. */
  readonly filters?: readonly ImageFilter[];
}

export interface PruneImagesResult {
  readonly steps: readonly RemovalStep[];
  readonly reclaimedBytes: number;
}

/** Removes the images that have no names, and what was left of cut downloads. Those that containers are made of stay. */
export function pruneImages(
  { all = false, filters = [] }: PruneImagesRequest = {},
  engine: Engine = openEngine(),
): PruneImagesResult {
  const store = openImages(engine);
  const used = new Set(listImageUsers(engine).map(({ root }) => root.id));
  const unused = filterImages(listImages(engine), filters).filter(
    ({ id, image }) => !used.has(id) && (all || image.names.length === 0),
  );
  const steps = unused.flatMap(({ image }) => unlistImage(engine, store, image));
  const garbage = store.collect({ dropDrafts: true });
  const layers = (garbage?.layers ?? []).map((deleted) => ({ deleted }));
  return { steps: [...steps, ...layers], reclaimedBytes: garbage?.bytes ?? 0 };
}
