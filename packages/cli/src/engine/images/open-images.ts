import { type ImageStore, openImageStore } from '@mini/image-store';
import type { Engine } from '../engine.js';
import { makeDirectory } from '../make-directory.js';
import { imageDirectory } from './image-directory.js';
import { listPinnedLayers } from './image-users.js';

/** The store of this user's images. Throws `RuntimeError` `no-directory`, `store-io`. */
export function openImages(engine: Engine): ImageStore {
  makeDirectory(engine.paths.dataDirectory);
  return openImageStore(engine.kernel, imageDirectory(engine), {
    listPinnedLayers: () => listPinnedLayers(engine),
  });
}
