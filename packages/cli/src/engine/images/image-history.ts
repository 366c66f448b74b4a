import { existsSync } from 'node:fs';
import { type Engine, openEngine } from '../engine.js';
import { requireImage } from './find-image.js';
import { openImages } from './open-images.js';

/** A step of how an image was made, the last one first. */
export interface HistoryStep {
  /** The image's id, of the last step alone. */
  readonly id?: string;
  readonly createdMs: number | undefined;
  readonly createdBy: string;
  readonly sizeBytes: number;
  readonly comment: string;
}

/** How an image was made. Rejects with `RuntimeError` `no-such-image`, `bad-image`. */
export async function imageHistory(text: string, engine: Engine = openEngine()): Promise<HistoryStep[]> {
  const store = openImages(engine);
  const { image } = requireImage(store, text, 'show the history of');
  const { config, manifest } = await store.read(image, text);
  let layer = 0;
  const sizeOf = (diffId: string | undefined) =>
    diffId !== undefined && existsSync(store.directories.layers) && store.layers.has(diffId)
      ? store.layers.about(diffId).bytes
      : 0;
  const steps = config.history.map((entry): HistoryStep => {
    const created = Date.parse(entry.created ?? '');
    return {
      createdMs: Number.isNaN(created) ? undefined : created,
      createdBy: entry.createdBy ?? '',
      sizeBytes: entry.emptyLayer === true ? 0 : sizeOf(config.diffIds[layer++]),
      comment: entry.comment ?? '',
    };
  });
  // Builders that write none still made the layers.
  for (; layer < config.diffIds.length; layer++) {
    steps.push({
      createdMs: undefined,
      createdBy: '',
      sizeBytes: sizeOf(config.diffIds[layer]),
      comment: '',
    });
  }
  const [first, ...others] = steps.reverse();
  return first === undefined ? [] : [{ ...first, id: manifest.config.digest }, ...others];
}
