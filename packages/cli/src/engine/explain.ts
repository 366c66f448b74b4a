import { closeSync } from 'node:fs';
import { join } from 'node:path';
import type { Mount, Plan } from '@mini/contracts';
import { hasVolumes } from './container-mounts.js';
import { describeRoot, previewContainerRoot } from './container-root.js';
import { describeContainer } from './describe-container.js';
import { type Engine, isPrivileged, openEngine } from './engine.js';
import { withIdMaps } from './id-maps.js';
import { withImage } from './images/with-image.js';
import { compileContainerPlan, hasCgroup, isBornInCgroup } from './prepare-launch.js';
import { type RunOptions, type RunRequest, withDefaults } from './run-options.js';

/** Stands for the id that a container would get. */
const EXAMPLE_ID = '0'.repeat(64);

/**
 * The Plan that `run` would hand to the init helper, for the user who asks. Makes nothing, needs no root. Throws what
 * `run` throws before it makes anything.
 */
export async function explain(request: RunRequest, engine: Engine = openEngine()): Promise<Plan> {
  return await withImage(engine, await withIdMaps(engine, withDefaults(request)), (options) =>
    explainOptions(engine, options),
  );
}

async function explainOptions(engine: Engine, options: RunOptions): Promise<Plan> {
  const volumeMounts = await previewVolumeMounts(engine, options);
  const place = { id: EXAMPLE_ID, directory: join(engine.paths.dataDirectory, 'containers', EXAMPLE_ID) };
  const { fd, steps } = await previewContainerRoot(engine, options.root, place.directory);
  try {
    const facts = { ...describeRoot(options.root), fd };
    const { spec } = describeContainer(engine, options, place, facts, volumeMounts);
    const { init } = options;
    return compileContainerPlan(
      engine,
      { spec, init },
      { steps },
      {
        bornInCgroup: isBornInCgroup(engine) && isPrivileged(engine),
        // That of its monitor.
        bornInUsers: options.idMaps !== undefined && !isPrivileged(engine),
        awaitsNote: !hasCgroup(engine, spec),
      },
    );
  } finally {
    closeSync(fd);
  }
}

async function previewVolumeMounts(engine: Engine, options: RunOptions): Promise<Mount[]> {
  if (!hasVolumes(options)) return [];
  const { previewVolumes } = await import('./volumes/preview-volumes.js');
  return previewVolumes(engine, options, EXAMPLE_ID);
}
