import type { Engine } from '../engine.js';
import type { RunOptions } from '../run-options.js';

/**
 * Makes a container with its image looked up: the options then hold what the image says, and its layers cannot be thrown
 * away before `make` has stored who uses them. What other roots do not need is loaded for images alone. Rejects with
 * `RuntimeError` `no-such-image`, `bad-image` and others.
 */
export async function withImage<T>(
  engine: Engine,
  options: RunOptions,
  make: (options: RunOptions) => T | Promise<T>,
): Promise<T> {
  if (options.root.kind !== 'image') return await make(options);
  const { holdImage } = await import('./hold-image.js');
  const image = await holdImage(engine, options.root.name);
  try {
    return await make(image.applyTo(options));
  } finally {
    image.release();
  }
}
