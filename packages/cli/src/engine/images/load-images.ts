import { createReadStream } from 'node:fs';
import { RuntimeError, reasonOf } from '@mini/contracts';
import { type LoadedImage, loadImages as load } from '@mini/image-store';
import { type Engine, openEngine } from '../engine.js';
import { openImages } from './open-images.js';

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
  return await load(openImages(engine), readArchive(path), {
    name: path === '-' ? 'stdin' : path,
    ...options,
  });
}

async function* readArchive(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const options = { highWaterMark: 1 << 18 };
  try {
    yield* path === '-'
      ? createReadStream('', { ...options, fd: 0, autoClose: false })
      : createReadStream(path, options);
  } catch (error) {
    const { syscall } = error as NodeJS.ErrnoException;
    if (syscall !== 'open' && syscall !== 'read') throw error;
    throw new RuntimeError({
      code: 'bad-file',
      message: `failed to read "${path}": ${reasonOf(error)}`,
      cause: error,
    });
  }
}
