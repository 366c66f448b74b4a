import { type ImageStore, openImageStore } from '@mini/image-store';
import { type Engine, isPrivileged } from '../engine.js';
import { makeDirectory } from '../make-directory.js';
import { imageDirectory } from './image-directory.js';
import { listPinnedLayers } from './image-users.js';

/** The store of this user's images. Throws `RuntimeError` `no-directory`, `store-io`. */
export function openImages(engine: Engine): ImageStore {
  makeDirectory(engine.paths.dataDirectory);
  return openImageStore(engine.kernel, imageDirectory(engine), {
    marks: isPrivileged(engine) ? 'trusted' : 'user',
    owners: isPrivileged(engine) || hasSeveralIds(engine) ? 'kept' : 'unpacker',
    listPinnedLayers: () => listPinnedLayers(engine),
  });
}

/** Whether we are root of a user namespace in which files can have other owners. */
function hasSeveralIds({ namespace }: Engine): boolean {
  return namespace !== undefined && namespace.uidMappings.length > 1 && namespace.gidMappings.length > 1;
}
