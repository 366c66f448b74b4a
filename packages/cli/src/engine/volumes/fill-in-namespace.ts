import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openRoot } from '@mini/rootfs-manager';
import { removeTree } from '@mini/state-store';
import { type Engine, openEngine } from '../engine.js';
import { makeDirectory } from '../make-directory.js';
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

/** What that does. */
export async function fillFromLayers(
  name: string,
  target: string,
  lowers: readonly string[],
  engine: Engine = openEngine(),
): Promise<void> {
  const volume = readVolume(engine, name);
  // Nothing is written there, but an overlay wants an upper directory.
  const containerDirectory = join(dirname(volume.mountpoint), 'layers');
  removeTree(containerDirectory);
  makeDirectory(containerDirectory);
  try {
    const root = openRoot(
      engine.kernel,
      { kind: 'overlay', lowers },
      { containerDirectory, userMarks: engine.namespace !== undefined },
    );
    try {
      await fillVolume(engine, volume, root.fd, target);
    } finally {
      root.close();
      if (root.extraDirectory !== undefined) removeTree(root.extraDirectory);
    }
  } finally {
    rmSync(containerDirectory, { recursive: true, force: true });
  }
}
