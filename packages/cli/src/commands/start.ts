import { openEngine } from '../engine/engine.js';
import { startDetached } from '../engine/run.js';
import { withCommon } from './options/plain-option.js';
import { performOnEach, plainCommand } from './plain-command.js';

export const OPTIONS = withCommon();

/** `mini start`. */
export const runCommand = plainCommand({
  name: 'start',
  options: OPTIONS,
  operands: { least: 1, called: 'the container' },
  perform(given, io, diagnostics) {
    const engine = openEngine();
    return performOnEach(given.operands, io, diagnostics, (name) => startDetached(name, engine));
  },
});
