import { openEngine } from '../engine/engine.js';
import { removeVolume } from '../engine/volumes/remove-volume.js';
import { hasVolume } from '../engine/volumes/volume-store.js';
import { flag, withCommon } from './options/plain-option.js';
import { performOnEach, plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(flag('-f, --force', 'One that does not exist is no fault'));

/** `mini volume rm`. */
export const runCommand = plainCommand({
  name: 'volume rm',
  options: OPTIONS,
  operands: { least: 1, called: 'the volume' },
  perform(given, io, diagnostics) {
    const engine = openEngine();
    const force = given.has('force');
    // Nothing is said of what need not be removed.
    const names = force ? given.operands.filter((name) => hasVolume(engine, name)) : given.operands;
    return performOnEach(names, io, diagnostics, (name) => removeVolume(name, { force }, engine));
  },
});
