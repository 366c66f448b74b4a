import { isRuntimeError } from '@mini/contracts';
import { resolveContainer } from '../engine/containers.js';
import { removeContainer } from '../engine/end-container.js';
import { type Engine, openEngine } from '../engine/engine.js';
import { flag, withCommon } from './options/plain-option.js';
import { performOnEach, plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(
  flag('-f, --force', 'End a container that runs; one that does not exist is no fault'),
  flag('-v, --volumes', 'Remove its volumes without a name too'),
);

/** `mini rm`. */
export const runCommand = plainCommand({
  name: 'rm',
  options: OPTIONS,
  operands: { least: 1, called: 'the container' },
  perform(given, io, diagnostics) {
    const engine = openEngine();
    const force = given.has('force');
    const volumes = given.has('volumes');
    const names = force ? given.operands.filter((name) => !isMissing(name, engine)) : given.operands;
    return performOnEach(names, io, diagnostics, (name) => removeContainer(name, { force, volumes }, engine));
  },
});

/** Nothing is said of what `rm -f` need not remove. */
function isMissing(name: string, engine: Engine): boolean {
  try {
    resolveContainer(name, engine);
    return false;
  } catch (error) {
    return isRuntimeError(error) && error.code === 'state-missing';
  }
}
