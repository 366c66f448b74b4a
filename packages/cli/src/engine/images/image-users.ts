import type { Engine } from '../engine.js';
import type { ListedContainer } from '../life/filter-containers.js';
import { selectContainers } from '../life/list-containers.js';
import type { LayersRoot } from '../run-options.js';

/** A container and the image that it was made of. */
export interface ImageUser {
  readonly listed: ListedContainer;
  readonly root: LayersRoot;
}

/** All containers that are made of images, whether they run or not. */
export function listImageUsers(engine: Engine): ImageUser[] {
  return selectContainers({ all: true }, engine).flatMap((listed) => {
    const { root } = listed.container.record;
    return root.kind === 'layers' ? [{ listed, root }] : [];
  });
}

/** Diff ids of the layers that containers run on: they stay, whatever becomes of the image. */
export function listPinnedLayers(engine: Engine): string[] {
  return listImageUsers(engine).flatMap(({ root }) => root.diffIds);
}
