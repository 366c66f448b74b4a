import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { type Plan, RuntimeError, reasonOf } from '@mini/contracts';
import { compilePlan } from '@mini/runtime-core';
import { describeRoot, rootStepsWithoutOpening } from './container-root.js';
import { describeContainer } from './describe-container.js';
import { type Engine, openEngine } from './engine.js';
import { isBornInCgroup } from './prepare-container.js';
import type { RunOptions } from './run-options.js';

/** Stands for the id that a container would get. */
const EXAMPLE_ID = '0'.repeat(64);

/** The Plan that `run` would hand to the init helper. Makes nothing, needs no root. Throws what `run` throws before that. */
export function explain(options: RunOptions, engine: Engine = openEngine()): Plan {
  const facts = describeRoot(options.root);
  const fd = openDirectory(facts.path);
  try {
    const directory = join(engine.paths.dataDirectory, 'containers', EXAMPLE_ID);
    const { spec } = describeContainer(engine, options, { id: EXAMPLE_ID, directory }, { ...facts, fd });
    return compilePlan(spec, {
      rootSteps: rootStepsWithoutOpening(),
      cgroup: engine.layout,
      bornInCgroup: isBornInCgroup(engine),
      ownsStdio: true,
      reaper: options.init,
    });
  } finally {
    closeSync(fd);
  }
}

function openDirectory(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    throw new RuntimeError({
      code: 'bad-root',
      message: `failed to open the root "${path}": ${reasonOf(error)}`,
      cause: error,
    });
  }
}
