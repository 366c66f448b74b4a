import { closeSync } from 'node:fs';
import { RuntimeError } from '@mini/contracts';
import { type Engine, openEngine } from '../engine.js';
import { openLayersView } from '../layers-view.js';
import { fillVolume } from './fill-volume.js';
import { readVolume, type Volume } from './volume-store.js';

/**
 * Fills a volume of an ordinary user, whose layers another `mini` mounts as root of a user namespace. The caller holds
 * the volume's lock. Rejects as `runMini`, which says what failed.
 */
export async function fillInNamespace(
  engine: Engine,
  { name }: Volume,
  target: string,
  lowers: readonly string[],
): Promise<void> {
  const { runMini } = await import('../user-namespace/run-mini.js');
  await runMini(engine, ['volume', 'fill', '--', name, target, ...lowers]);
}

/** What that does. Rejects with `RuntimeError` `bad-usage` outside of a user namespace, and as `fillVolume`. */
export async function fillFromLayers(
  name: string,
  target: string,
  lowers: readonly string[],
  engine: Engine = openEngine(),
): Promise<void> {
  if (engine.namespace === undefined) {
    throw new RuntimeError({
      code: 'bad-usage',
      message: 'failed to run mini volume fill: only a start calls it, within a user namespace',
    });
  }
  const view = await openLayersView(engine, lowers);
  try {
    await fillVolume(engine, readVolume(engine, name), view, target);
  } finally {
    closeSync(view);
  }
}
