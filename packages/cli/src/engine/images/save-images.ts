import { type ArchiveFormat, type ImageToSave, saveImages as save } from '@mini/image-store';
import { type Engine, openEngine } from '../engine.js';
import { requireImage } from './find-image.js';
import { recordImageEvent, storedImageOf } from './image-events.js';
import { openImages } from './open-images.js';

/**
 * Images as a tar archive: docker's own, or an OCI image layout. One that is named by its id has no name in it. Nothing
 * happens before the first bytes are asked for. Throws `RuntimeError` `no-such-image` at once.
 */
export function saveImages(
  texts: readonly string[],
  format: ArchiveFormat = 'docker-archive',
  engine: Engine = openEngine(),
): AsyncGenerator<Uint8Array, void, undefined> {
  const store = openImages(engine);
  const images = new Map<string, { image: ImageToSave['image']; names: string[]; label: string }>();
  for (const text of texts) {
    const { image, name } = requireImage(store, text, 'save');
    const known = images.get(image.descriptor.digest) ?? { image, names: [], label: text };
    if (name !== undefined && !known.names.includes(name)) known.names.push(name);
    images.set(image.descriptor.digest, known);
  }
  const wanted = [...images.values()];
  for (const { image, names } of wanted) recordImageEvent(engine, storedImageOf(image, names[0]), 'save');
  return save(store, wanted, format);
}
