import { type Engine, openEngine } from '../engine.js';
import { readNewName, requireImage } from './find-image.js';
import { recordImageEvent, storedImageOf } from './image-events.js';
import { openImages } from './open-images.js';

/** Gives an image another name. Throws `RuntimeError` `no-such-image`, `ambiguous-image`, `bad-reference`. */
export function tagImage(text: string, name: string, engine: Engine = openEngine()): void {
  const full = readNewName(name);
  const store = openImages(engine);
  const { image } = requireImage(store, text, 'tag');
  store.tag(image, full);
  recordImageEvent(engine, storedImageOf(image, full), 'tag');
}
