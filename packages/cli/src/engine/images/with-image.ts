import { isRuntimeError } from '@mini/contracts';
import type { Engine } from '../engine.js';
import type { RunOptions } from '../run-options.js';
import type { HeldImage } from './hold-image.js';

/**
 * Makes a container with its image looked up, or fetched: the options then hold what the image says, and its layers cannot
 * be thrown away before `make` has stored who uses them. What other roots do not need is loaded for images alone. Rejects with
 * `RuntimeError` `no-such-image`, `bad-image` and others.
 */
export async function withImage<T>(
  engine: Engine,
  options: RunOptions,
  make: (options: RunOptions) => T | Promise<T>,
): Promise<T> {
  if (options.root.kind !== 'image') return await make(options);
  const image = await findOrPull(engine, options, options.root.name);
  try {
    return await make(image.applyTo(options));
  } finally {
    image.release();
  }
}

async function findOrPull(engine: Engine, options: RunOptions, name: string): Promise<HeldImage> {
  const { pull = 'missing', platform, onPull } = options;
  const { holdImage } = await import('./hold-image.js');
  if (pull !== 'always') {
    try {
      return await holdImage(engine, name, { platform });
    } catch (error) {
      if (pull === 'never' || !isRuntimeError(error) || error.code !== 'no-such-image') throw error;
    }
  }
  const onProgress = await onPull?.(name);
  const { pullForRun } = await import('./pull-for-run.js');
  const storedAs = await pullForRun(engine, name, platform, onProgress);
  return await holdImage(engine, name, { platform, storedAs });
}
