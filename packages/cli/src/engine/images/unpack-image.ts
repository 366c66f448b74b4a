import type { StoredImage } from '@mini/image-store';
import type { Engine } from '../engine.js';
import { placeForImages } from '../user-namespace/enter-namespace.js';
import { openImages } from './open-images.js';

/** Unpacks the layers of an image that another tool put there. Rejects as `ImageStore.unpack` does. */
export async function unpackImage(engine: Engine, name: string, image?: StoredImage): Promise<void> {
  if (placeForImages(engine) !== undefined) {
    const { runMini } = await import('../user-namespace/run-mini.js');
    await runMini(engine, ['image', 'unpack', name]);
    return;
  }
  const store = openImages(engine);
  await store.unpack(image ?? store.find(name).image, name);
}
