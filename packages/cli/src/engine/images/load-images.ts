import { type LoadedImage, loadImages as load } from '@mini/image-store';
import { type Engine, openEngine } from '../engine.js';
import { recordImageEvent, storedImageOf } from './image-events.js';
import { openImages } from './open-images.js';
import { readFileOrStdin } from './read-file-or-stdin.js';

export interface LoadOptions {
  readonly signal?: AbortSignal;
}

/**
 * Reads the images of an archive: of a file, or of what is typed (`-`). Rejects with `RuntimeError` that names it; the
 * images are then what they were.
 */
export async function loadImages(
  path: string,
  options: LoadOptions = {},
  engine: Engine = openEngine(),
): Promise<LoadedImage[]> {
  const loaded = await load(openImages(engine), readFileOrStdin(path), {
    name: path === '-' ? 'stdin' : path,
    ...options,
  });
  for (const { image } of loaded) recordImageEvent(engine, storedImageOf(image), 'load');
  return loaded;
}
